import type { Needs } from '@/lib/context'
import { AppError } from '@/lib/errors'
import { followTurn } from './follow-turn'
import type { LostClaim } from './open-turn'
import { type ClaimedTurn, findClaimedTurn } from './recognise-turn'
import type { TurnRequest } from './turn-request'

type Needed = Needs<'db' | 'userId' | 'hold' | 'log'>

/**
 * Answers a send whose turn id was claimed before, by this very request or by a misuse of the id. A finished answer is
 * played back, a running one is followed: no model, no new row, nothing charged. Throws `idempotency_mismatch` for
 * another text under the id.
 */
export function replayTurn(context: Needed, request: TurnRequest, claimed: ClaimedTurn): Response {
  if (claimed.requestHash !== request.hash) throw new AppError('idempotency_mismatch')
  const { conversationId, turnId } = request
  const turn = { conversationId, turnId, messageId: claimed.messageId }
  return followTurn(context, turn, { 'idempotency-replayed': 'true' })
}

/**
 * Answers a send that lost its claim while it was being opened: to itself, sent at the same time elsewhere, or to
 * another turn. Throws the claim's own code where there is nothing to play back.
 */
export async function answerLostClaim(context: Needed, request: TurnRequest, lost: LostClaim): Promise<Response> {
  const claimed = await findClaimedTurn(context, request.turnId)
  if (claimed) return replayTurn(context, request, claimed)
  throw new AppError(lost)
}
