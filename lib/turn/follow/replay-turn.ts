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
 * Answers a send whose turn id was claimed before, by this very request or by a misuse of the id. A finished answer is
 * played back, a running one is followed: no model, no new row, nothing charged. Null when the first send turns out to be
 * over the limit: the id is free again, and this send is a first one. Throws `idempotency_mismatch` for another text
 * under the id.
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
 * Answers a send that lost its claim while it was being opened: to itself, sent at the same time elsewhere, or to
 * another turn. Throws the claim's own code where there is nothing to play back.
 */
export async function answerLostClaim(context: Follower, request: TurnRequest, lost: LostClaim): Promise<Response> {
  const claimed = await findClaimedTurn(context, request.turnId)
  const replayed = claimed && (await replayTurn(context, request, claimed))
  if (replayed) return replayed
  throw new AppError(lost)
}

const lookEveryMs = 50

/**
 * Waits until a turn that was just opened is known to stay: its row is there before its allowance is, and goes again when
 * that is refused. It stays once it has a log, once its lease was renewed, and once it has ended. False: it has gone.
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
    await pause(lookEveryMs)
  }
}
