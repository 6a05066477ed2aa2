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
