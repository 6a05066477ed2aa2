'use client'
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { type ApiResult, callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { onReturn } from '@/components/shell/on-return'
import {
  fits,
  type KnownTodos,
  nothingKnown,
  type TodoChange,
  todoChannel,
  withChange,
  withChanges,
  withPage,
} from '@/components/todo/todo-change'
import type { NewTodo, TodoFilter, TodoItem, TodoPage } from '@/lib/contract/api'

/**
 * The todos of a filter. What a person does is shown at once, on top of what the server said, until the server has
 * answered it; so no answer to something older takes it away. A refusal takes it back and is handed out.
 */
export function useTodos(filter: TodoFilter) {
  const [known, setKnown] = useState(nothingKnown)
  /** Those under way, in the order in which they were made. */
  const [changes, setChanges] = useState<readonly TodoChange[]>([])
  /** Of which filter `known` is. */
  const [knownFilter, setKnownFilter] = useState<TodoFilter | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  /** Pages that came too late, because the list had changed meanwhile. */
  const [latePages, setLatePages] = useState(0)
  const wanted = useRef({ filter, items: 0 })
  /** One more with everything that makes out of date what is being read. */
  const version = useRef(0)
  const reading = useRef(false)
  const underWay = useRef(0)
  /** The last request about each todo: they go out one after the other, since on the way they could change places. */
  const lastAbout = useRef(new Map<string, Promise<unknown>>())

  const read = useCallback(async () => {
    version.current += 1
    if (reading.current) return
    reading.current = true
    let own = -1
    // A change that is under way may be in an answer or not. When it has settled the list is read anew.
    while (own !== version.current && underWay.current === 0) {
      own = version.current
      const { filter, items } = wanted.current
      const result = await readTodos(filter, items)
      if (own !== version.current) continue
      setFailure(result.ok ? null : result.failure)
      if (!result.ok) break
      setKnown(result.value)
      setKnownFilter(filter)
    }
    reading.current = false
  }, [])
  const tellOthers = useTodoRevalidation(() => void read())
  useEffect(() => {
    wanted.current = { filter, items: 0 }
    void read()
  }, [read, filter])
  useEffect(() => {
    if (knownFilter === filter) wanted.current.items = known.items.length
  }, [known, knownFilter, filter])

  const perform = useCallback(
    async (change: TodoChange): Promise<Failure | null> => {
      const { id } = change.item
      version.current += 1
      underWay.current += 1
      setChanges((now) => [...now, change])
      const answer = (lastAbout.current.get(id) ?? Promise.resolve()).then(() => sendTodoChange(change))
      lastAbout.current.set(id, answer)
      const result = await answer
      if (lastAbout.current.get(id) === answer) lastAbout.current.delete(id)
      version.current += 1
      underWay.current -= 1
      setChanges((now) => now.filter((other) => other !== change))
      if (result.ok) {
        const { value } = result
        const answered: TodoChange[] = value === null ? [change] : [change, { kind: 'add', item: value }]
        setKnown((now) => answered.reduce(withChange, now))
        tellOthers()
      }
      if (underWay.current === 0) void read()
      return result.ok ? null : result.failure
    },
    [read, tellOthers],
  )

  const loadMore = useCallback(async () => {
    const own = version.current
    const result = await readMoreTodos(filter, known)
    if (own !== version.current) return setLatePages((count) => count + 1)
    version.current += 1
    setFailure(result.ok ? null : result.failure)
    if (result.ok) setKnown(result.value)
  }, [filter, known])

  const list = useMemo(() => withChanges(known, changes), [known, changes])
  return {
    items: useMemo(() => list.items.filter((item) => fits(item, filter)), [list, filter]),
    counts: list.counts,
    /** Nothing has been heard of this filter yet; what fits it of another stands there already. */
    loading: knownFilter !== filter,
    failure,
    /** A name for the next page, another one whenever it is to be asked for anew; null: there is none. */
    more: knownFilter === filter && known.cursor !== null ? `${known.cursor} ${latePages}` : null,
    reload: () => void read(),
    loadMore: () => void loadMore(),
    perform,
  }
}

/** For what another device or another program has changed; everything in this browser is told at once. */
const lookAgainMs = 10_000

/**
 * Reads the list again when another tab or the chat has changed it, when somebody comes back to the page or to the
 * network, and now and then while it is looked at. Returns how to tell the other tabs.
 */
function useTodoRevalidation(read: () => void): () => void {
  const channel = useRef<BroadcastChannel | null>(null)
  const readNow = useEffectEvent(read)
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible' && navigator.onLine) readNow()
    }
    const others = new BroadcastChannel(todoChannel)
    others.addEventListener('message', () => readNow())
    channel.current = others
    const timer = setInterval(look, lookAgainMs)
    const stopLooking = onReturn(look)
    return () => {
      others.close()
      channel.current = null
      clearInterval(timer)
      stopLooking()
    }
  }, [])
  return useCallback(() => channel.current?.postMessage('changed'), [])
}

const pageSize = 50

const readPage = (filter: TodoFilter, cursor: string | null) =>
  callApi<TodoPage>(
    `/api/todos?filter=${filter}&limit=${pageSize}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
  )

/** The newest todos: a page, or as many as are shown already. */
async function readTodos(filter: TodoFilter, shown: number): Promise<ApiResult<KnownTodos>> {
  let known = nothingKnown
  do {
    const page = await readPage(filter, known.cursor)
    if (!page.ok) return page
    known = { ...withPage(known, page.value), counts: page.value.counts }
  } while (known.cursor !== null && known.items.length < shown)
  return { ok: true, value: known }
}

/** The page after those that are known. */
async function readMoreTodos(filter: TodoFilter, known: KnownTodos): Promise<ApiResult<KnownTodos>> {
  const page = await readPage(filter, known.cursor)
  return page.ok ? { ok: true, value: withPage(known, page.value) } : page
}

/** Has the server make a change. Answered with the todo as it is then; null: it is gone. All of them can be sent again. */
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
      // Deleted elsewhere is deleted.
      return !result.ok && result.failure.code === 'not_found' ? { ok: true, value: null } : result
    }
  }
}
