import { AppError } from '@/lib/errors'
import { awaitAccepted } from './await-accepted'
import { type Follower, followTurn } from './follow-turn'
import type { LostClaim } from './open-turn'
import { type ClaimedTurn, findClaimedTurn } from './recognise-turn'
import type { TurnRequest } from './turn-request'

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
