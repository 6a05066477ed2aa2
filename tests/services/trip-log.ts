/**
 * The round trips that went through the recording proxies, on one clock. A *trip* is what was sent without waiting for
 * any answer, and its answer. Trips that overlap in time were on their way together; what a person waits for is the
 * longest chain of trips one after another.
 *
 * Measure with a delay on the proxies (`startRecordingProxy` sets one): two requests sent in one tick reach two sockets
 * some microseconds apart, and a loopback answer to the first could overtake the second and make them look like a chain.
 */
export type Store = 'postgres' | 'redis'

export type Trip = {
  store: Store
  /** Which connection of that store, counted from 1. */
  connection: number
  startedAt: number
  /** When the last byte of the answer was handed on; null while it is awaited. */
  endedAt: number | null
  /** The SQL texts or Redis commands in it, without their parameters; of a script what kind of key it works on. */
  requests: string[]
  /** Part of opening a connection. */
  handshake: boolean
  /** A Redis command that waits for something to happen; it is on nobody's path. */
  blocking: boolean
}

export type TripSummary = {
  /** The longest chain of trips one after another. */
  sequential: number
  postgres: number
  redis: number
  list: readonly Trip[]
}

export type TripLog = {
  /** The clock that `between` is asked in. */
  now: () => number
  begin: (trip: Pick<Trip, 'store' | 'connection' | 'requests' | 'handshake' | 'blocking'>) => Trip
  end: (trip: Trip) => void
  /** An answer, whole or part, was handed on: whatever is sent from now on may depend on it. */
  answered: () => void
  /** Whether something sent now could have been sent together with this trip: nothing has been answered since it began. */
  canJoin: (trip: Trip) => boolean
  /** The trips that began at or after `from` and were answered by `to`. Blocking ones are left out. */
  between: (from: number, to: number) => TripSummary
  /** Everything, in the order it began. */
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

/** The most trips of which each began after the one before had ended: always take the one that ends first. */
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

/** One line a trip, for the message of a failing test. */
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
