import type { TodoCounts, TodoFilter, TodoItem, TodoPatch } from '@/lib/contract/api'

/** A change of the list by the user. For `patch` and `remove`, `item` is the todo before the change. */
export type TodoChange =
  | { kind: 'add'; item: TodoItem }
  | { kind: 'patch'; item: TodoItem; patch: TodoPatch }
  | { kind: 'remove'; item: TodoItem }

/** The server's todos of one filter, up to `cursor`. `counts` is null before the first response. */
export type KnownTodos = { items: readonly TodoItem[]; counts: TodoCounts | null; cursor: string | null }

export const noKnownTodos: KnownTodos = { items: [], counts: null, cursor: null }

/** Applies a change to the list, either confirmed by the server or optimistic. */
export function withChange(known: KnownTodos, change: TodoChange): KnownTodos {
  const { id } = change.item
  const found = known.items.find((item) => item.id === id) ?? null
  // A todo that only another filter contains is changed, too: undoing a tick needs that.
  const before = change.kind === 'patch' ? (found ?? change.item) : found
  const after = itemAfter(change, before)
  const others = known.items.filter((item) => item.id !== id)
  return {
    ...known,
    items: after === null ? others : [...others, after].sort(newestFirst),
    counts: known.counts && countsAfter(known.counts, before, after),
  }
}

function itemAfter(change: TodoChange, before: TodoItem | null): TodoItem | null {
  if (change.kind === 'remove') return null
  if (change.kind === 'add') return change.item
  return { ...(before ?? change.item), ...change.patch }
}

function countsAfter(counts: TodoCounts, before: TodoItem | null, after: TodoItem | null): TodoCounts {
  const one = (item: TodoItem | null, done: boolean) => (item?.done === done ? 1 : 0)
  return {
    open: counts.open + one(after, false) - one(before, false),
    done: counts.done + one(after, true) - one(before, true),
  }
}

/** The server's order. */
function newestFirst(a: TodoItem, b: TodoItem): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}

export const fits = (item: TodoItem, filter: TodoFilter) => filter === 'all' || item.done === (filter === 'done')

export const withChanges = (known: KnownTodos, changes: readonly TodoChange[]): KnownTodos =>
  changes.reduce(withChange, known)

/** Adds a further page. Todos that are already known are newer than those of the page. */
export function withPage(known: KnownTodos, page: { items: TodoItem[]; nextCursor: string | null }): KnownTodos {
  const ids = new Set(known.items.map(({ id }) => id))
  return {
    ...known,
    items: [...known.items, ...page.items.filter(({ id }) => !ids.has(id))].sort(newestFirst),
    cursor: page.nextCursor,
  }
}

/** The channel on which the tabs of this browser announce changed todos. */
export const todoChannel = 'gf-todos'

/**
 * Announces a changed todo to all todo lists in this browser, including this tab's, which then refetch. It must
 * be called once after each change that the list itself did not make, such as a finished tool call or its undo.
 */
export function announceTodoChange(): void {
  const channel = new BroadcastChannel(todoChannel)
  channel.postMessage('changed')
  channel.close()
}
