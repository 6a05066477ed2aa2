'use client'
import { ListTodo } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { type MouseEvent, useRef, useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { v7 } from 'uuid'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { useToast } from '@/components/shell/toast-context'
import { LoadMore } from '@/components/sidebar/conversation-list'
import { NewTodoField } from '@/components/todo/new-todo-field'
import type { TodoChange } from '@/components/todo/todo-change'
import { TodoList } from '@/components/todo/todo-list'
import { useTodos } from '@/components/todo/use-todos'
import { Notice, NoticeAction } from '@/components/ui/notice'
import { type TodoCounts, type TodoFilter, type TodoItem, type TodoPatch, todoFilters } from '@/lib/contract/api'

/**
 * The todos page. It shows the same list that the tools of the chat edit. Nothing needs a confirmation, because
 * deletions can be undone.
 */
export function TodosScreen() {
  const t = useTranslations('todo')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const { showToast } = useToast()
  const filterParam = useSearchParams().get('filter')
  const filter = todoFilters.find((one) => one === filterParam) ?? 'all'
  const { items, counts, loading, failure, more, reload, loadMore, perform } = useTodos(filter)
  const [announcement, setAnnouncement] = useState('')
  const [unsaved, setUnsaved] = useState<readonly UnsavedChange[]>([])
  const headingRef = useRef<HTMLHeadingElement>(null)

  const saveChange = async (change: TodoChange) => {
    const isSame = (other: TodoChange) => other.kind === change.kind && other.item.id === change.item.id
    setUnsaved((now) => now.filter((one) => !isSame(one.change)))
    const refusal = await perform(change)
    if (refusal !== null) setUnsaved((now) => [...now, { change, failure: refusal }])
    return refusal === null
  }
  const add = (title: string) => {
    // The id's timestamp must be later than the newest todo's, so that the new todo is first even if this clock
    // is behind.
    const newest = Date.parse(items[0]?.createdAt ?? '')
    const atMs = Math.max(Date.now(), Number.isNaN(newest) ? 0 : newest + 1)
    const at = new Date(atMs).toISOString()
    const item = { id: v7({ msecs: atMs }), title, description: '', done: false, createdAt: at, updatedAt: at }
    setAnnouncement(t('said.added', { title }))
    void saveChange({ kind: 'add', item })
    if (filter === 'done') window.history.pushState(null, '', '/todos')
  }
  const restore = (item: TodoItem) => {
    showToast(null)
    setAnnouncement(t('said.restored', { title: item.title }))
    void saveChange({ kind: 'add', item })
  }
  const remove = async (item: TodoItem) => {
    showToast({ message: t('said.deleted', { title: item.title }), onUndo: () => restore(item) })
    if (!(await saveChange({ kind: 'remove', item }))) showToast(null)
  }
  const patch = async (item: TodoItem, change: TodoPatch) => {
    const { done, title = item.title } = change
    const message = t(done === undefined ? 'said.changed' : done ? 'said.done' : 'said.opened', { title })
    const after = { ...item, ...change }
    const undo = () => {
      showToast(null)
      void saveChange({ kind: 'patch', item: after, patch: { done: item.done } })
    }
    const isHiddenAfter = done !== undefined && filter !== 'all'
    if (isHiddenAfter) showToast({ message, onUndo: undo })
    else setAnnouncement(message)
    if (!(await saveChange({ kind: 'patch', item, patch: change })) && isHiddenAfter) showToast(null)
  }
  const dismiss = (one: UnsavedChange) => setUnsaved((now) => now.filter((other) => other !== one))
  return (
    <div data-scrolls="" className="relative flex-1 overflow-y-auto">
      {/* Leaves space for the toast below the last todo. */}
      <div className="reading-width space-y-5 pt-8 pb-44 md:pt-12">
        <h1 ref={headingRef} tabIndex={-1} className="text-3xl font-semibold tracking-tight outline-none">
          {t('title')}
        </h1>
        <NewTodoField onAdd={add} />
        <UnsavedTodos unsaved={unsaved} onRetry={({ change }) => void saveChange(change)} onDismiss={dismiss} />
        <TodoFilters filter={filter} counts={counts} />
        {failure !== null && (
          <Notice message={loading ? errorMessage(failure) : t('stale')}>
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
          {announcement}
        </p>
      </div>
    </div>
  )
}

function EmptyTodos({ filter }: { filter: TodoFilter }) {
  const t = useTranslations('todo')
  return (
    <div className="py-12 text-center">
      <ListTodo aria-hidden="true" strokeWidth={1.5} className="mx-auto mb-3 size-10 text-soft" />
      <p className="font-medium">{t(`empty.${filter}`)}</p>
      <p className="mx-auto max-w-sm text-sm text-soft">{t(`empty.${filter}Hint`)}</p>
    </div>
  )
}

type TodoFiltersProps = { filter: TodoFilter; counts: TodoCounts | null }

const filterPath = (filter: TodoFilter) => (filter === 'all' ? '/todos' : `/todos?filter=${filter}`)

/** Links between the filters. Each filter has a URL and works with Back, but the page is not reloaded. */
function TodoFilters({ filter, counts }: TodoFiltersProps) {
  const t = useTranslations('todo')
  const format = useFormatter()
  const onClick = (event: MouseEvent, wanted: TodoFilter) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    if (wanted !== filter) window.history.pushState(null, '', filterPath(wanted))
  }
  const countOf = ({ open, done }: TodoCounts) => ({ all: open + done, open, done })
  return (
    <nav aria-label={t('filter.label')}>
      <ul className="flex w-fit max-w-full gap-1 rounded-xl border border-line bg-rail p-1 text-sm">
        {todoFilters.map((one) => (
          <li key={one}>
            <a
              href={filterPath(one)}
              aria-current={one === filter ? 'true' : undefined}
              onClick={(event) => onClick(event, one)}
              className="flex items-center gap-1.5 rounded-lg px-3 py-1.5 text-soft hover:text-ink aria-[current]:bg-hover aria-[current]:font-medium aria-[current]:text-ink pointer-coarse:py-2.5"
            >
              {t(`filter.${one}`)}
              {counts !== null && <span className="tabular-nums text-soft">{format.number(countOf(counts)[one])}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const widths = ['w-2/5', 'w-3/5', 'w-1/3', 'w-1/2']

function TodoSkeleton() {
  const t = useTranslations('todo')
  return (
    <div role="status" className="animate-pulse space-y-5 pt-2">
      <span className="sr-only">{t('loading')}</span>
      {widths.map((width) => (
        <div key={width} className="flex items-center gap-3">
          <div className="size-6 rounded-full bg-hover" />
          <div className={`h-4 rounded bg-hover ${width}`} />
        </div>
      ))}
    </div>
  )
}

type UnsavedChange = { change: TodoChange; failure: Failure }

type UnsavedTodosProps = {
  unsaved: readonly UnsavedChange[]
  onRetry: (one: UnsavedChange) => void
  onDismiss: (one: UnsavedChange) => void
}

/** Shows changes that the server rejected, including their text, until they are retried or dismissed. */
function UnsavedTodos({ unsaved, onRetry, onDismiss }: UnsavedTodosProps) {
  const t = useTranslations('todo')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const messageOf = ({ change, failure }: UnsavedChange) => {
    const wanted = change.kind === 'patch' ? change.patch.title : undefined
    const announcement = t(`failed.${change.kind}`, { title: wanted ?? change.item.title })
    return `${announcement} ${errorMessage(failure)}`
  }
  return unsaved.map((one) => (
    <Notice key={`${one.change.kind} ${one.change.item.id}`} message={messageOf(one)}>
      <NoticeAction label={common('retry')} onAct={() => onRetry(one)} />
      <NoticeAction label={t('failed.dismiss')} onAct={() => onDismiss(one)} />
    </Notice>
  ))
}
