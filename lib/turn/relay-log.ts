import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import { followEvents } from '@/lib/stream/follow-events'
import type { Followed } from './find-running-turn'
import { turnLog } from './turn-log'
import type { TurnStream } from './turn-stream'

/** A model may think for longer; then this asks Postgres once in so long whether the turn still runs. */
const idleAfterMs = 2_000
/** The log begins in the tick in which the turn is answered. */
const appearWithinMs = 500

/**
 * Hands the log of a run to a reader for as long as it can be read: whether that was to its end, and what was handed
 * over. It is left where it is gone, and where it is silent and the turn no longer runs. A log is never waited for that
 * is not needed: what it lacks is in Postgres.
 */
export async function relayLog(
  context: Needs<'db' | 'redis' | 'subscriber' | 'keys' | 'userId'>,
  turn: Followed,
  stream: TurnStream,
  after: string | null,
): Promise<{ hasEnded: boolean; events: readonly string[] }> {
  const handed: string[] = []
  const place = parsePlace(turn, after)
  const options = { after: place.entry, signal: stream.closed, idleAfterMs, appearWithinMs }
  for await (const event of followEvents(context, turnLog(context, turn), options)) {
    switch (event.type) {
      case 'events': {
        const ids = event.events.map((_, index) => formatPlace(turn, { entry: place.entry, events: index + 1 }))
        const events = event.events.slice(place.events)
        stream.send(events, ids.slice(place.events))
        handed.push(...events)
        Object.assign(place, { entry: event.id, events: 0 } satisfies Place)
        break
      }
      case 'idle':
        if (!(await isAlive(context, turn))) return { hasEnded: false, events: handed }
        break
      case 'end':
        return { hasEnded: true, events: handed }
      case 'gone':
        return { hasEnded: false, events: handed }
    }
  }
  return { hasEnded: true, events: handed }
}

/** After so many events of the entry that follows `entry`; null: of the first. A connection may break within an entry. */
type Place = { entry: string | null; events: number }

/** It names the turn as well: a reader may come back when another one runs in the conversation. */
const formatPlace = (turn: Followed, { entry, events }: Place) => `${turn.answerId.slice(-12)}.${entry ?? ''}.${events}`

function parsePlace(turn: Followed, after: string | null): Place {
  const [, entry = '', events = ''] = (after ?? '').split('.')
  const place = { entry: entry === '' ? null : entry, events: Number(events) }
  return formatPlace(turn, place) === after ? place : { entry: null, events: 0 }
}

async function isAlive({ db, userId }: Needs<'db' | 'userId'>, { answerId, fence }: Followed): Promise<boolean> {
  const rows = await db
    .select({ id: message.id })
    .from(message)
    .where(
      and(
        eq(message.userId, userId),
        eq(message.id, answerId),
        eq(message.fence, fence),
        eq(message.status, 'streaming'),
        sql`${message.leaseExpiresAt} > now()`,
      ),
    )
  return rows.length > 0
}
