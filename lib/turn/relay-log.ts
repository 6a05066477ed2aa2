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
  const options = { after, signal: stream.closed, idleAfterMs, appearWithinMs }
  for await (const event of followEvents(context, turnLog(context, turn), options)) {
    switch (event.type) {
      case 'events':
        stream.send(event.events, event.id)
        handed.push(...event.events)
        break
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
