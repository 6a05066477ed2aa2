import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { ConversationId } from '@/lib/ids'
import { sendSignal } from '@/lib/stream/signal'
import { type TurnRun, turnLog } from './turn-log'

/**
 * How long a process has the say over a turn without renewing it. Many checkpoints long, so that neither a slow database
 * nor a busy process loses a turn that lives; short enough that a dead one is noticed within half a minute.
 */
export const leaseSeconds = 15

/**
 * How often a running turn saves what it has and looks whether it is to stop. What a server that dies takes along is this
 * and the time of one save: half a second, with room to spare.
 */
export const checkpointEveryMs = 300

/**
 * Saves the answer so far and renews the lease. Says whether the turn goes on: not when somebody asked it to stop, and not
 * when the row is no longer ours because it was ended elsewhere.
 */
export async function saveCheckpoint(
  { db, userId }: Needs<'db' | 'userId'>,
  { answerId, fence }: TurnRun,
  parts: ChatPart[],
): Promise<'continue' | 'stop'> {
  const rows = await db
    .update(message)
    .set({ parts, leaseExpiresAt: sql`now() + make_interval(secs => ${leaseSeconds})` })
    .where(and(eq(message.userId, userId), eq(message.id, answerId), eq(message.fence, fence), isRunning()))
    .returning({ stopRequested: message.stopRequested })
  return rows[0]?.stopRequested === false ? 'continue' : 'stop'
}

/** Whether a turn is still running: it was neither ended elsewhere nor asked to stop. */
export async function isGoingOn(
  { db, userId }: Needs<'db' | 'userId'>,
  { answerId, fence }: TurnRun,
): Promise<boolean> {
  const rows = await db
    .select({ id: message.id })
    .from(message)
    .where(
      and(
        eq(message.userId, userId),
        eq(message.id, answerId),
        eq(message.fence, fence),
        isRunning(),
        eq(message.stopRequested, false),
      ),
    )
  return rows.length === 1
}

/**
 * Asks the running turn of a conversation to end, wherever it runs: it finds the flag at its next checkpoint, and the
 * signal makes that now. False when nothing runs.
 */
export async function requestStop(
  context: Needs<'db' | 'redis' | 'keys' | 'userId'>,
  conversationId: ConversationId,
): Promise<boolean> {
  const { db, redis, userId } = context
  const [run] = await db
    .update(message)
    .set({ stopRequested: true })
    .where(and(eq(message.userId, userId), eq(message.conversationId, conversationId), isRunning()))
    .returning({ answerId: message.id, fence: message.fence })
  if (run) await sendSignal(redis, turnLog(context, run), 'stop')
  return run !== undefined
}

const isRunning = () => eq(message.status, 'streaming')
