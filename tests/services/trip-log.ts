/**
 * The round trips through the recording proxies, with one clock. A *trip* consists of requests that were sent
 * without waiting for an answer, and of their answers. Trips that overlap in time were in flight together. The
 * latency of a request is determined by the longest chain of sequential trips.
 *
 * The proxies must delay answers while measuring (`startRecordingProxy` does). Two requests of one tick reach two
 * sockets some microseconds apart, and a loopback answer to the first could otherwise overtake the second, so that
 * they would look like a chain.
 */
export type Store = 'postgres' | 'redis'

export type Trip = {
  store: Store
  /** The number of the connection to this store, from 1. */
  connection: number
  startedAt: number
  /** The time when the last byte of the answer was delivered. Null while the answer is pending. */
  endedAt: number | null
  /** The SQL texts or Redis commands, without their parameters. For a script, the kind of its first key. */
  requests: string[]
  /** Whether the trip is part of opening a connection. */
  handshake: boolean
  /** Whether this is a Redis command that waits for an event. Such a command is not part of a request's latency. */
  blocking: boolean
}

export type TripSummary = {
  /** The length of the longest chain of sequential trips. */
  sequential: number
  postgres: number
  redis: number
  list: readonly Trip[]
}

export type TripLog = {
  /** The clock for the arguments of `between`. */
  now: () => number
  begin: (trip: Pick<Trip, 'store' | 'connection' | 'requests' | 'handshake' | 'blocking'>) => Trip
  end: (trip: Trip) => void
  /** Records that an answer, or part of one, was delivered. Requests that are sent afterwards may depend on it. */
  answered: () => void
  /**
   * Returns whether a request sent now could have been sent together with this trip, because nothing was answered
   * since the trip began.
   */
  canJoin: (trip: Trip) => boolean
  /** Returns the trips that began at or after `from` and were answered by `to`, without blocking ones. */
  between: (from: number, to: number) => TripSummary
  /** Returns all trips in the order in which they began. */
  all: () => readonly Trip[]
}

export function createTripLog(): TripLog {
  const trips: Trip[] = []
  const answersSeenAt = new WeakMap<Trip, number>()
  let answers = 0
  const now = () => performance.now()

  return {
    now,
    begin: (start) => {
      const trip = { ...start, startedAt: now(), endedAt: null }
      trips.push(trip)
      answersSeenAt.set(trip, answers)
      return trip
    },
    end: (trip) => {
      trip.endedAt = now()
    },
    answered: () => {
      answers += 1
    },
    canJoin: (trip) => answersSeenAt.get(trip) === answers,
    between: (from, to) => summarize(trips.filter((trip) => trip.startedAt >= from && endOf(trip) <= to)),
    all: () => trips,
  }
}

const endOf = (trip: Trip) => trip.endedAt ?? Number.POSITIVE_INFINITY

function summarize(trips: readonly Trip[]): TripSummary {
  const list = trips.filter((trip) => !trip.blocking)
  return {
    sequential: longestChain(list),
    postgres: list.filter((trip) => trip.store === 'postgres').length,
    redis: list.filter((trip) => trip.store === 'redis').length,
    list,
  }
}

/**
 * Returns the maximum number of trips that each began after the previous one had ended. Greedily picking the trip
 * that ends first is optimal.
 */
export function longestChain(trips: readonly Trip[]): number {
  let chain = 0
  let freeFrom = Number.NEGATIVE_INFINITY
  for (const trip of trips.toSorted((a, b) => endOf(a) - endOf(b))) {
    if (trip.startedAt < freeFrom) continue
    chain += 1
    freeFrom = endOf(trip)
  }
  return chain
}

/** Formats one line per trip for the message of a failing test. */
export function describeTrips(trips: readonly Trip[]): string {
  return trips
    .map((trip) => {
      const span = `${trip.startedAt.toFixed(1)}–${trip.endedAt?.toFixed(1) ?? '…'} ms`
      const marks = `${trip.handshake ? ' (handshake)' : ''}${trip.blocking ? ' (blocking)' : ''}`
      const what = trip.requests.join(' | ').replace(/\s+/g, ' ').slice(0, 160)
      return `${trip.store}#${trip.connection} ${span}${marks} ${what}`
    })
    .join('\n')
}
