import type { Needs } from '@/lib/context'
import { type LostClaim, type OpenTurn, openTurn } from './open-turn'
import type { TurnPlan } from './plan-turn'
import { recoverConversation } from './recover-turn'
import type { TurnRequest } from './turn-request'

/**
 * Opens the turn; if another one seems to run in the conversation, it may be a dead one that nobody has ended yet. Then
 * that is done first: no turn without an answer stands in the way of the next.
 */
export async function openLiveTurn(
  context: Needs<'db' | 'userId' | 'limits'>,
  request: TurnRequest,
  plan: TurnPlan,
): Promise<OpenTurn | LostClaim> {
  const open = () => openTurn(context, request, plan)
  const turn = await open()
  if (turn !== 'turn_in_progress' || !(await recoverConversation(context, request.conversationId))) return turn
  return open()
}
