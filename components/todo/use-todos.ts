'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Failure } from '@/components/api/failure'
import { readMoreTodos, readTodos } from '@/components/todo/read-todos'
import { sendTodoChange } from '@/components/todo/send-todo-change'
import { fits, nothingKnown, type TodoChange, withChange, withChanges } from '@/components/todo/todo-change'
import { useTodoNews } from '@/components/todo/use-todo-news'
import type { TodoFilter } from '@/lib/contract/api'

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
  const tellOthers = useTodoNews(() => void read())
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
