import { and, eq, type SQL, sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import { message } from '@/db/schema/message'
import type { Flight } from '@/lib/answer-cache/flight'
import type { Needs, RequestContext } from '@/lib/context'
import type { ChatPart } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/key-ring'
import type { ConversationId, MessageId, TurnId, UserId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { processStage } from '@/lib/process-handle'
import type { LogAddress } from '@/lib/stream/event-log'
import { onSignal, sendSignal } from '@/lib/stream/signal'

/**
 * How long a process has the say over a turn without renewing it. Many checkpoints long, so that neither a slow database
 * nor a busy process loses a turn that lives; short enough that a dead one is noticed within half a minute.
 */
export const leaseSeconds = 15

/**
 * How often a running turn saves what it has and looks whether it is to stop. What a server that dies takes along is this
 * and the time of one save: half a second, with room to spare.
 */
const checkpointEveryMs = 300

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

/**
 * A turn whose process died is ended by whoever comes first: the next read of its conversation, the next send to it, a
 * sweep every few seconds in processes that live long, or a cron route where none do. All of them run this one guarded
 * update, judged by the database's clock, so it does not matter how many come at once.
 */
/** Ends the dead turn of one conversation, if there is one. Says whether there was. */
export async function recoverConversation(
  { db, userId }: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
): Promise<boolean> {
  const ended = await endTurns(db, sql`${isDead} and user_id = ${userId} and conversation_id = ${conversationId}`)
  return ended.length > 0
}

/** Ends the dead turns of everybody. Says how many there were. */
export async function recoverAllTurns({ db }: Needs<'db'>): Promise<number> {
  return (await endTurns(db, isDead)).length
}

/**
 * Ends the running turns of these conversations as `stopped`, whether or not their processes are alive, and returns the
 * runs that were ended. A process that still runs one finds no row under its fence at its next checkpoint.
 */
export function stopTurns(
  { db }: Needs<'db'>,
  userId: UserId,
  conversationIds: readonly ConversationId[],
): Promise<TurnRun[]> {
  const ids = JSON.stringify(conversationIds)
  return endTurns(
    db,
    sql`user_id = ${userId} and conversation_id in (select jsonb_array_elements_text(${ids}::jsonb)::uuid)`,
    sql`'stopped'`,
  )
}

const isDead = sql`lease_expires_at < now()`

/**
 * What the turn had saved stays. The new fence keeps a process that was only slow, and comes back, from writing over it.
 * A turn that somebody had asked to stop is stopped and not interrupted. Tokens are estimated from the stored JSON, which
 * is a little more than the text: on the safe side.
 */
async function endTurns(
  db: Needs<'db'>['db'],
  which: SQL,
  status: SQL = sql`case when stop_requested then 'stopped' else 'interrupted' end`,
): Promise<TurnRun[]> {
  const result = await db.execute(sql`
    with ended as (
      update message set status = ${status}, fence = fence + 1,
        lease_expires_at = null, context_tokens = context_tokens + ceil(octet_length(parts::text) / 3.0)::int
      where status = 'streaming' and ${which}
      returning user_id, id, fence, turn_id, model, status, created_at
    ),
    recorded as (
      insert into usage (user_id, turn_id, model, outcome, duration_ms)
      -- An answer that an approval took up again may be older than an integer has milliseconds.
      select user_id, turn_id, coalesce(model, ''), status, least(extract(epoch from now() - created_at) * 1000, 2147483647)::int from ended
      on conflict do nothing
    )
    select id as "answerId", fence - 1 as fence from ended`)
  return rowsOf<TurnRun>(result)
}

/** Why a turn was stopped that nobody asked to stop. */
export const processEnds = 'process ends'

/**
 * Saves the growing answer on a timer, one save at a time, and stops the turn when a save says so. A signal makes the
 * next save come now; it is listened to from the first save on, so that an answer that is over by then costs nothing.
 * A process that ends stops its turns too, while it can still say what there is of them.
 */
export function startCheckpoints(
  context: RequestContext,
  run: TurnRun & { turnId: TurnId; stop: AbortController; flight: Flight | null },
  parts: () => ChatPart[],
): { end: () => Promise<void> } {
  let saving: Promise<void> | null = null
  let isWanted = false
  let leave: (() => void) | null = null

  const save = async () => {
    do {
      isWanted = false
      try {
        if ((await saveCheckpoint(context, run, parts())) === 'stop') run.stop.abort()
      } catch (error) {
        // The answer still streams; what was not saved now is saved by the next checkpoint or the end.
        context.log.warn('checkpoint failed', { turnId: run.turnId, error: describeError(error) })
      }
    } while (isWanted && !run.stop.signal.aborted)
    saving = null
  }
  const saveNow = () => {
    isWanted = true
    saving ??= save()
  }
  const timer = setInterval(() => {
    if (processStage() === 'ending') return run.stop.abort(processEnds)
    leave ??= onSignal(context.subscriber, turnLog(context, run), saveNow)
    run.flight?.renew()
    saving ??= save()
  }, checkpointEveryMs)

  return {
    end: async () => {
      clearInterval(timer)
      leave?.()
      await saving
    },
  }
}

/** One run of a turn: the row of its answer, and the fencing number that it runs under. */
export type TurnRun = { answerId: MessageId; fence: number }

/** Where the events of a run lie in Redis, for the process that writes them and for all that follow. */
export function turnLog({ keys, userId }: Needs<'keys' | 'userId'>, { answerId, fence }: TurnRun): LogAddress {
  return { userId, scope: keyedHash(keys, 'turn-log', userId, answerId), fence }
}
