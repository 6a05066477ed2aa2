'use client'

import { useSearchParams } from 'next/navigation'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { v7 } from 'uuid'
import { useFailureWords } from '@/components/api/use-failure-words'
import { useToast } from '@/components/shell/toast-context'
import { LoadMore } from '@/components/sidebar/load-more'
import { EmptyTodos } from '@/components/todo/empty-todos'
import { NewTodoField } from '@/components/todo/new-todo-field'
import type { TodoChange } from '@/components/todo/todo-change'
import { TodoFilters } from '@/components/todo/todo-filters'
import { TodoList } from '@/components/todo/todo-list'
import { TodoSkeleton } from '@/components/todo/todo-skeleton'
import { type UnsavedChange, UnsavedTodos } from '@/components/todo/unsaved-todos'
import { useTodos } from '@/components/todo/use-todos'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'
import { type TodoItem, type TodoPatch, todoFilters } from '@/lib/contract/api'

/** The same list that the chat's tools write. Nothing asks first: what takes something away can be undone. */
export function TodosScreen() {
  const t = useTranslations('todo')
  const common = useTranslations('common')
  const wordsOf = useFailureWords()
  const { say } = useToast()
  const asked = useSearchParams().get('filter')
  const filter = todoFilters.find((one) => one === asked) ?? 'all'
  const { items, counts, loading, failure, more, reload, loadMore, perform } = useTodos(filter)
  const [said, setSaid] = useState('')
  const [unsaved, setUnsaved] = useState<readonly UnsavedChange[]>([])
  const headingRef = useRef<HTMLHeadingElement>(null)

  const keep = async (change: TodoChange) => {
    const isSame = (other: TodoChange) => other.kind === change.kind && other.item.id === change.item.id
    setUnsaved((now) => now.filter((one) => !isSame(one.change)))
    const refusal = await perform(change)
    if (refusal !== null) setUnsaved((now) => [...now, { change, failure: refusal }])
    return refusal === null
  }
  const add = (title: string) => {
    // By the time in its id the new one stands on top, also where this clock is behind.
    const newest = Date.parse(items[0]?.createdAt ?? '')
    const atMs = Math.max(Date.now(), Number.isNaN(newest) ? 0 : newest + 1)
    const at = new Date(atMs).toISOString()
    const item = { id: v7({ msecs: atMs }), title, description: '', done: false, createdAt: at, updatedAt: at }
    setSaid(t('said.added', { title }))
    void keep({ kind: 'add', item })
    if (filter === 'done') window.history.pushState(null, '', '/todos')
  }
  const restore = (item: TodoItem) => {
    say(null)
    setSaid(t('said.restored', { title: item.title }))
    void keep({ kind: 'add', item })
  }
  const remove = async (item: TodoItem) => {
    say({ message: t('said.deleted', { title: item.title }), onUndo: () => restore(item) })
    if (!(await keep({ kind: 'remove', item }))) say(null)
  }
  const patch = async (item: TodoItem, change: TodoPatch) => {
    const { done, title = item.title } = change
    const message = t(done === undefined ? 'said.changed' : done ? 'said.done' : 'said.opened', { title })
    const after = { ...item, ...change }
    const undo = () => {
      say(null)
      void keep({ kind: 'patch', item: after, patch: { done: item.done } })
    }
    const goesOutOfSight = done !== undefined && filter !== 'all'
    if (goesOutOfSight) say({ message, onUndo: undo })
    else setSaid(message)
    if (!(await keep({ kind: 'patch', item, patch: change })) && goesOutOfSight) say(null)
  }
  const dismiss = (one: UnsavedChange) => setUnsaved((now) => now.filter((other) => other !== one))
  return (
    <div data-scrolls="" className="relative flex-1 overflow-y-auto">
      {/* Below the last todo there is room for the toast. */}
      <div className="reading-width space-y-5 pt-8 pb-44 md:pt-12">
        <h1 ref={headingRef} tabIndex={-1} className="text-3xl font-semibold tracking-tight outline-none">
          {t('title')}
        </h1>
        <NewTodoField onAdd={add} />
        <UnsavedTodos unsaved={unsaved} onRetry={({ change }) => void keep(change)} onDismiss={dismiss} />
        <TodoFilters filter={filter} counts={counts} />
        {failure !== null && (
          <Notice message={loading ? wordsOf(failure) : t('stale')}>
            <NoticeAction label={common('retry')} onAct={reload} />
          </Notice>
        )}
        <TodoList
          items={items}
          onPatch={(item, change) => void patch(item, change)}
          onDelete={(item) => void remove(item)}
          onEmptied={() => headingRef.current?.focus()}
        />
        {items.length === 0 && loading && failure === null && <TodoSkeleton />}
        {items.length === 0 && !loading && <EmptyTodos filter={filter} />}
        {more !== null && failure === null && <LoadMore key={more} onLoad={loadMore} />}
        <p role="status" className="sr-only">
          {said}
        </p>
      </div>
    </div>
  )
}
