import { type ChatPart, isToolPart, toolNameOf } from '@/lib/contract/ui-message'

/** Returns whether a call waits for the user's approval. */
export const isAsking = (part: ChatPart): boolean => isToolPart(part) && part.state === 'approval-requested'

/** Returns whether a call has no result yet but will get one while the turn is running. */
export const isUnderWay = (part: ChatPart): boolean =>
  isToolPart(part) &&
  (part.state === 'input-streaming' ||
    part.state === 'input-available' ||
    (part.state === 'approval-responded' && part.approval.approved))

/** Maps the names of our own tools to kinds, which have their own texts and undo actions. */
const kinds = {
  create_todo: 'create',
  list_todos: 'list',
  update_todo: 'update',
  complete_todo: 'complete',
  delete_todo: 'delete',
  search_conversations: 'search',
} as const

export type ToolKind = (typeof kinds)[keyof typeof kinds]

/** Returns the kind of one of our tools, or null for other tools, whose cards show only the name. */
export const toolKindOf = (name: string): ToolKind | null =>
  Object.hasOwn(kinds, name) ? kinds[name as keyof typeof kinds] : null

/** The number of steps that are shown without expanding the card. */
export const maxShown = 5

/** Returns how many calls in an answer have changed the user's todos so far. */
export const countTodoChanges = (parts: readonly ChatPart[]): number =>
  parts.filter((part) => isToolPart(part) && part.state === 'output-available' && changesTodos(toolNameOf(part))).length

const todoChanges: readonly (ToolKind | null)[] = ['create', 'update', 'complete', 'delete']

const changesTodos = (name: string) => todoChanges.includes(toolKindOf(name))
