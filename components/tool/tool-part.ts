import { type ChatPart, isToolPart, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

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

/** The tools that have words and an Undo of their own, by the names that models call them by. */
const kinds = {
  create_todo: 'create',
  list_todos: 'list',
  update_todo: 'update',
  complete_todo: 'complete',
  delete_todo: 'delete',
  search_conversations: 'search',
} as const

export type ToolKind = (typeof kinds)[keyof typeof kinds]

/** Null for a tool that is not ours: its card says its name. */
export const toolKindOf = (name: string): ToolKind | null =>
  Object.hasOwn(kinds, name) ? kinds[name as keyof typeof kinds] : null

/** As many steps as stand there without being asked for. */
export const maxShown = 5

/** How many calls in an answer have changed the user's todos so far. */
export const countTodoChanges = (parts: readonly ChatPart[]): number =>
  parts.filter((part) => isToolPart(part) && part.state === 'output-available' && changesTodos(toolNameOf(part))).length

function changesTodos(name: string): boolean {
  const kind = toolKindOf(name)
  return kind !== null && kind !== 'list' && kind !== 'search'
}
