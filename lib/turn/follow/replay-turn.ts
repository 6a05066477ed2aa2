import { setTimeout as pause } from 'node:timers/promises'
import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import { AppError } from '@/lib/errors'
import { logExists } from '@/lib/stream/event-log'
import type { LostClaim } from '@/lib/turn/open-turn'
import { leaseSeconds, type TurnRun, turnLog } from '@/lib/turn/turn-lease'
import type { TurnRequest } from '@/lib/turn/turn-request'
import { type ClaimedTurn, findClaimedTurn } from '@/lib/turn/turn-state'
import { type Follower, followTurn } from './follow-turn'

/**
 * Answers a send whose turn id was claimed before. Replays a finished answer and follows a running one, without
 * calling the model, writing a row, or charging the rate limit. Returns null if the first send was over the limit and
 * withdrawn: its id is free again, and this send must be handled as the first one. Throws `idempotency_mismatch` if
 * the id was used for a different message.
 */
export async function replayTurn(
  context: Follower,
  request: TurnRequest,
  claimed: ClaimedTurn,
): Promise<Response | null> {
  if (claimed.requestHash !== request.hash) throw new AppError('idempotency_mismatch')
  if (claimed.isRunning && !(await awaitAccepted(context, claimed))) return null
  const { conversationId, turnId } = request
  return followTurn(context, { ...claimed, conversationId, turnId }, { headers: { 'idempotency-replayed': 'true' } })
}

/**
 * Answers a send that lost its claim while it was being opened, either to a concurrent duplicate of itself or to
 * another turn. Throws the code of the lost claim if there is no answer to replay.
 */
export async function answerLostClaim(context: Follower, request: TurnRequest, lost: LostClaim): Promise<Response> {
  const claimed = await findClaimedTurn(context, request.turnId)
  const replayed = claimed && (await replayTurn(context, request, claimed))
  if (replayed) return replayed
  throw new AppError(lost)
}

const pollEveryMs = 50

/**
 * Waits until a newly opened turn is known to be admitted. Its row is written before the rate limit has been counted,
 * and is deleted if the limit is exceeded. A turn is admitted once it has an event log, its lease has been renewed,
 * or it has ended. Returns false if the turn was withdrawn.
 */
async function awaitAccepted(context: Needs<'db' | 'redis' | 'keys' | 'userId'>, run: TurnRun): Promise<boolean> {
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
    await pause(pollEveryMs)
  }
}
