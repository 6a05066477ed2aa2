import { type ChatPart, isToolPart, type ToolPart } from '@/lib/contract/ui-message'

/** It waits for the user's word. */
export const isAsking = (part: ChatPart): boolean => isToolPart(part) && part.state === 'approval-requested'

/** It has no result yet, and one is on its way while the turn runs. */
export const isUnderWay = (part: ChatPart): boolean =>
  isToolPart(part) &&
  (part.state === 'input-streaming' ||
    part.state === 'input-available' ||
    (part.state === 'approval-responded' && part.approval.approved))

const ranks: Readonly<Record<ToolPart['state'], number>> = {
  'input-streaming': 1,
  'input-available': 2,
  'approval-requested': 3,
  'approval-responded': 4,
  'output-available': 5,
  'output-error': 5,
  'output-denied': 5,
}

/** How far a call has come: it only ever grows. */
export const progressOf = (part: ToolPart): number => ranks[part.state]
