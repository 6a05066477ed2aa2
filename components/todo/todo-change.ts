import type { TodoCounts, TodoFilter, TodoItem, TodoPatch } from '@/lib/contract/api'

/** Something a person did to their list. `item` of a patch and a removal: as it was. */
export type TodoChange =
  | { kind: 'add'; item: TodoItem }
  | { kind: 'patch'; item: TodoItem; patch: TodoPatch }
  | { kind: 'remove'; item: TodoItem }

/** Of one filter: what the server said, down to where `cursor` goes on. `counts` is null until it has said anything. */
export type KnownTodos = { items: readonly TodoItem[]; counts: TodoCounts | null; cursor: string | null }

export const nothingKnown: KnownTodos = { items: [], counts: null, cursor: null }

/** The list as it is after a change that is the server's, or is going to be. */
export function withChange(known: KnownTodos, change: TodoChange): KnownTodos {
  const { id } = change.item
  const found = known.items.find((item) => item.id === id) ?? null
  // What another filter shows is changed all the same: the Undo of a tick.
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

/** As the server sorts. */
function newestFirst(a: TodoItem, b: TodoItem): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}

export const fits = (item: TodoItem, filter: TodoFilter) => filter === 'all' || item.done === (filter === 'done')

/** The list with what is still under way. */
export const withChanges = (known: KnownTodos, changes: readonly TodoChange[]): KnownTodos =>
  changes.reduce(withChange, known)

/** A further page. What came to be known meanwhile is newer than it. */
export function withPage(known: KnownTodos, page: { items: TodoItem[]; nextCursor: string | null }): KnownTodos {
  const ids = new Set(known.items.map(({ id }) => id))
  return {
    ...known,
    items: [...known.items, ...page.items.filter(({ id }) => !ids.has(id))].sort(newestFirst),
    cursor: page.nextCursor,
  }
}

/** On which this person's tabs tell each other that a todo has changed. */
export const todoChannel = 'gf-todos'

/**
 * Tells every page of todos in this browser, this tab's own too, that a todo has changed in a way it does not know of: it
 * reads the list again at once. For whoever learns of such a change elsewhere, e.g. a card in the chat that sees that a
 * tool which writes todos has ended, or whose Undo has put one back. To be called once for each change, after it; it
 * costs nothing where no such page is open.
 */
export function announceTodoChange(): void {
  const channel = new BroadcastChannel(todoChannel)
  channel.postMessage('changed')
  channel.close()
}
