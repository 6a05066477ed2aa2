import { and, eq, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, storedText } from '@/db/rows'
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
 * Time in seconds until the lease of a process on a turn expires without renewal. It spans many checkpoints, so that
 * a slow database or a busy process does not lose a live turn. It is short enough that a dead turn is noticed within
 * 30 seconds.
 */
export const leaseSeconds = 15

/**
 * Interval between the checkpoints of a running turn, each of which also reads the stop request. A process that dies
 * loses the text since its last checkpoint: this interval plus the duration of one save, which together should stay
 * below 500 ms.
 */
const checkpointEveryMs = 300

/**
 * Saves the parts so far and renews the lease. Returns `stop` if a stop was requested, or if the row no longer
 * belongs to this run because it was ended elsewhere.
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

/** Whether a run may continue: its turn was neither ended elsewhere nor requested to stop. */
export async function isTurnActive(
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
 * Requests a stop of the running turn of a conversation, on whichever instance it runs. The process reads the flag
 * with its next checkpoint, and the signal triggers that checkpoint immediately. Returns false if no turn is running.
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
 * Ends the turn of one conversation if its process has died, and returns whether it did.
 *
 * Dead turns are also ended by the next send, a periodic sweep in long-running processes, and a cron route in
 * serverless deployments. All of them run the same guarded update against the clock of the database, so any number
 * may run concurrently.
 */
export async function recoverConversation(
  { db, userId }: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
): Promise<boolean> {
  const ended = await endTurns(db, sql`${isDead} and user_id = ${userId} and conversation_id = ${conversationId}`)
  return ended.length > 0
}

/** Ends the dead turns of all users and returns their number. */
export async function recoverAllTurns({ db }: Needs<'db'>): Promise<number> {
  return (await endTurns(db, isDead)).length
}

/**
 * Ends the running turns of these conversations as `stopped`, whether or not their processes are alive, and returns
 * the runs that were ended. A process that still runs one finds no row under its fence at its next checkpoint.
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
 * Ends the matching turns and keeps their last checkpoint. The new fence prevents a process that was only slow from
 * overwriting the result. A turn with a stop request becomes `stopped` instead of `interrupted`. Tokens are estimated
 * from the stored JSON, which is slightly longer than the text, so the estimate errs on the safe side.
 */
async function endTurns(
  db: Needs<'db'>['db'],
  condition: SQL,
  status: SQL = sql`case when stop_requested then 'stopped' else 'interrupted' end`,
): Promise<TurnRun[]> {
  const result = await db.execute(sql`
    with ended as (
      update message set status = ${status}, fence = fence + 1,
        lease_expires_at = null, context_tokens = context_tokens + ceil(octet_length(parts::text) / 3.0)::int
      where status = 'streaming' and ${condition}
      returning user_id, id, fence, turn_id, model, status, created_at
    ),
    recorded as (
      insert into usage (user_id, turn_id, model, outcome, duration_ms)
      -- A resumed answer may be older than an integer can hold in milliseconds.
      select user_id, turn_id, coalesce(model, ''), status, least(extract(epoch from now() - created_at) * 1000, 2147483647)::int from ended
      on conflict do nothing
    )
    select id as "answerId", fence - 1 as fence from ended`)
  return rowsOf(result, turnRun)
}

/** Abort reason of a turn that is stopped because its process ends, and not by its user. */
export const processEnds = 'process ends'

/**
 * Saves the growing answer on a timer, one save at a time, and aborts the turn when a save returns `stop`. A signal
 * triggers the next save immediately. The subscription starts with the first save, so an answer that ends before then
 * costs nothing. A process that is about to end aborts its turns while it can still store their text.
 */
export function startCheckpoints(
  context: RequestContext,
  run: TurnRun & { turnId: TurnId; stop: AbortController; flight: Flight | null },
  parts: () => ChatPart[],
): { end: () => Promise<void> } {
  let saving: Promise<void> | null = null
  let isSaveRequested = false
  let stopListening: (() => void) | null = null

  const save = async () => {
    do {
      isSaveRequested = false
      try {
        if ((await saveCheckpoint(context, run, parts())) === 'stop') run.stop.abort()
      } catch (error) {
        // The answer keeps streaming. The next checkpoint or the end of the turn will save the unsaved parts.
        context.log.warn('checkpoint failed', { turnId: run.turnId, error: describeError(error) })
      }
    } while (isSaveRequested && !run.stop.signal.aborted)
    saving = null
  }
  const saveNow = () => {
    isSaveRequested = true
    saving ??= save()
  }
  const timer = setInterval(() => {
    if (processStage() === 'ending') return run.stop.abort(processEnds)
    stopListening ??= onSignal(context.subscriber, turnLog(context, run), saveNow)
    run.flight?.renew()
    saving ??= save()
  }, checkpointEveryMs)

  return {
    end: async () => {
      clearInterval(timer)
      stopListening?.()
      await saving
    },
  }
}

/** One run of a turn: the row of its answer, and the fencing number under which this run writes. */
export const turnRun = z.object({ answerId: storedText<MessageId>(), fence: z.number() })
export type TurnRun = z.output<typeof turnRun>

/** Returns the address of the run's event log in Redis, for its writer and all its readers. */
export function turnLog({ keys, userId }: Needs<'keys' | 'userId'>, { answerId, fence }: TurnRun): LogAddress {
  return { userId, scope: keyedHash(keys, 'turn-log', userId, answerId), fence }
}
