'use client'
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { type ApiResult, callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { onFocus } from '@/components/shell/on-focus'
import {
  fits,
  type KnownTodos,
  noKnownTodos,
  type TodoChange,
  todoChannel,
  withChange,
  withChanges,
  withPage,
} from '@/components/todo/todo-change'
import type { NewTodo, TodoFilter, TodoItem, TodoPage } from '@/lib/contract/api'

/**
 * Returns the todos of a filter and the actions on them. Changes are applied optimistically on top of the
 * server's list until the server has responded, so a response to an older request never hides them. A rejected
 * change is removed, and its failure is returned.
 */
export function useTodos(filter: TodoFilter) {
  const [known, setKnown] = useState(noKnownTodos)
  /** The pending changes, in the order in which they were made. */
  const [changes, setChanges] = useState<readonly TodoChange[]>([])
  /** The filter that `known` belongs to. */
  const [knownFilter, setKnownFilter] = useState<TodoFilter | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  /** The number of pages that were discarded because the list had changed meanwhile. */
  const [latePages, setLatePages] = useState(0)
  const requested = useRef({ filter, items: 0 })
  /** Incremented by everything that makes a fetch in progress outdated. */
  const version = useRef(0)
  const isReading = useRef(false)
  const pendingChanges = useRef(0)
  /**
   * The last request for each todo. Requests for the same todo are sent one after another, because they could be
   * reordered.
   */
  const lastRequests = useRef(new Map<string, Promise<unknown>>())

  const read = useCallback(async () => {
    version.current += 1
    if (isReading.current) return
    isReading.current = true
    let readVersion = -1
    // A pending change may or may not be part of a response. The list is fetched again when all changes have
    // settled.
    while (readVersion !== version.current && pendingChanges.current === 0) {
      readVersion = version.current
      const { filter, items } = requested.current
      const result = await readTodos(filter, items)
      if (readVersion !== version.current) continue
      setFailure(result.ok ? null : result.failure)
      if (!result.ok) break
      setKnown(result.value)
      setKnownFilter(filter)
    }
    isReading.current = false
  }, [])
  const notifyOtherTabs = useTodoRevalidation(() => void read())
  useEffect(() => {
    requested.current = { filter, items: 0 }
    void read()
  }, [read, filter])
  useEffect(() => {
    if (knownFilter === filter) requested.current.items = known.items.length
  }, [known, knownFilter, filter])

  const perform = useCallback(
    async (change: TodoChange): Promise<Failure | null> => {
      const { id } = change.item
      version.current += 1
      pendingChanges.current += 1
      setChanges((now) => [...now, change])
      const answer = (lastRequests.current.get(id) ?? Promise.resolve()).then(() => sendTodoChange(change))
      lastRequests.current.set(id, answer)
      const result = await answer
      if (lastRequests.current.get(id) === answer) lastRequests.current.delete(id)
      version.current += 1
      pendingChanges.current -= 1
      setChanges((now) => now.filter((other) => other !== change))
      if (result.ok) {
        const { value } = result
        const answered: TodoChange[] = value === null ? [change] : [change, { kind: 'add', item: value }]
        setKnown((now) => answered.reduce(withChange, now))
        notifyOtherTabs()
      }
      if (pendingChanges.current === 0) void read()
      return result.ok ? null : result.failure
    },
    [read, notifyOtherTabs],
  )

  const loadMore = useCallback(async () => {
    const readVersion = version.current
    const result = await readMoreTodos(filter, known)
    if (readVersion !== version.current) return setLatePages((count) => count + 1)
    version.current += 1
    setFailure(result.ok ? null : result.failure)
    if (result.ok) setKnown(result.value)
  }, [filter, known])

  const list = useMemo(() => withChanges(known, changes), [known, changes])
  return {
    items: useMemo(() => list.items.filter((item) => fits(item, filter)), [list, filter]),
    counts: list.counts,
    /** True before the first response for this filter. Matching todos of another filter are shown meanwhile. */
    loading: knownFilter !== filter,
    failure,
    /**
     * A key for the next page, or null if there is none. It changes whenever the page must be requested again.
     */
    more: knownFilter === filter && known.cursor !== null ? `${known.cursor} ${latePages}` : null,
    reload: () => void read(),
    loadMore: () => void loadMore(),
    perform,
  }
}

/**
 * The polling interval for changes by other devices and programs. Changes in this browser are announced
 * immediately.
 */
const pollMs = 10_000

/**
 * Refetches the list when another tab or the chat has changed it, when the page gets focus or the network
 * returns, and regularly while the page is visible. Returns a function that notifies the other tabs.
 */
function useTodoRevalidation(read: () => void): () => void {
  const channel = useRef<BroadcastChannel | null>(null)
  const refetch = useEffectEvent(read)
  useEffect(() => {
    const refetchIfVisible = () => {
      if (document.visibilityState === 'visible' && navigator.onLine) refetch()
    }
    const tabs = new BroadcastChannel(todoChannel)
    tabs.addEventListener('message', () => refetch())
    channel.current = tabs
    const timer = setInterval(refetchIfVisible, pollMs)
    const stopListening = onFocus(refetchIfVisible)
    return () => {
      tabs.close()
      channel.current = null
      clearInterval(timer)
      stopListening()
    }
  }, [])
  return useCallback(() => channel.current?.postMessage('changed'), [])
}

const pageSize = 50

const readPage = (filter: TodoFilter, cursor: string | null) =>
  callApi<TodoPage>(
    `/api/todos?filter=${filter}&limit=${pageSize}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
  )

/** Reads the newest todos: one page, or as many as are already shown. */
async function readTodos(filter: TodoFilter, shown: number): Promise<ApiResult<KnownTodos>> {
  let known = noKnownTodos
  do {
    const page = await readPage(filter, known.cursor)
    if (!page.ok) return page
    known = { ...withPage(known, page.value), counts: page.value.counts }
  } while (known.cursor !== null && known.items.length < shown)
  return { ok: true, value: known }
}

async function readMoreTodos(filter: TodoFilter, known: KnownTodos): Promise<ApiResult<KnownTodos>> {
  const page = await readPage(filter, known.cursor)
  return page.ok ? { ok: true, value: withPage(known, page.value) } : page
}

/**
 * Sends a change. Resolves to the todo after it, or to null if it was deleted. All changes are idempotent and can
 * be resent.
 */
async function sendTodoChange(change: TodoChange): Promise<ApiResult<TodoItem | null>> {
  const path = `/api/todos/${change.item.id}`
  switch (change.kind) {
    case 'add': {
      const { id, title, description, done } = change.item
      return callApi<TodoItem>('/api/todos', {
        method: 'POST',
        body: { id, title, description, done } satisfies NewTodo,
      })
    }
    case 'patch':
      return callApi<TodoItem>(path, { method: 'PATCH', body: change.patch })
    case 'remove': {
      const result = await callApi<null>(path, { method: 'DELETE' })
      // If it was already deleted elsewhere, nothing is left to do.
      return !result.ok && result.failure.code === 'not_found' ? { ok: true, value: null } : result
    }
  }
}
