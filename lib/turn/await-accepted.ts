import { setTimeout as pause } from 'node:timers/promises'
import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import { logExists } from '@/lib/stream/event-log'
import { leaseSeconds } from './running-turn'
import { type TurnRun, turnLog } from './turn-log'

const lookEveryMs = 50

/**
 * Waits until a turn that was just opened is known to stay: its row is there before its allowance is, and goes again when
 * that is refused. It stays once it has a log, once its lease was renewed, and once it has ended. False: it has gone.
 */
export async function awaitAccepted(
  context: Needs<'db' | 'redis' | 'keys' | 'userId'>,
  run: TurnRun,
): Promise<boolean> {
  const { db, redis, userId } = context
  for (;;) {
    if (await logExists(redis, turnLog(context, run))) return true
    const [row] = await db
      .select({
        isAccepted: sql<boolean>`${message.status} <> 'streaming'
          or ${message.leaseExpiresAt} <> ${message.createdAt} + make_interval(secs => ${leaseSeconds})
          or ${message.leaseExpiresAt} < now()`,
      })
      .from(message)
      .where(and(eq(message.userId, userId), eq(message.id, run.answerId)))
    if (!row) return false
    if (row.isAccepted) return true
    await pause(lookEveryMs)
  }
}
