'use client'

import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { TodoRow } from '@/components/todo/todo-row'
import type { TodoItem, TodoPatch } from '@/lib/contract/api'

type TodoListProps = {
  items: readonly TodoItem[]
  onPatch: (item: TodoItem, patch: TodoPatch) => void
  onDelete: (item: TodoItem) => void
  /** The todo that had focus has gone, and there is no other. */
  onEmptied: () => void
}

/**
 * The todos and their keys. Tab goes through everything as everywhere; the arrows go from tick to tick. Focus stays where
 * the hand is: with a todo while it is there, then with the one that takes its place.
 */
export function TodoList({ items, onPatch, onDelete, onEmptied }: TodoListProps) {
  const t = useTranslations('todo')
  const hintId = useId()
  const listRef = useRef<HTMLUListElement>(null)
  const [editingId, setEditingId] = useState<string | null>(null)
  /** Which todo has focus, and the place it has it at. */
  const focused = useRef<{ id: string; index: number } | null>(null)
  const ticks = () => [...(listRef.current?.querySelectorAll<HTMLElement>('[data-todo] [type=checkbox]') ?? [])]
  const tickOf = (id: string) => listRef.current?.querySelector<HTMLElement>(`[data-todo="${id}"] [type=checkbox]`)

  useLayoutEffect(() => {
    const lost = focused.current
    if (lost === null || items.some(({ id }) => id === lost.id)) return
    focused.current = null
    const heir = items[Math.min(lost.index, items.length - 1)]
    if (heir === undefined) onEmptied()
    else tickOf(heir.id)?.focus()
  })
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement
    const id = target.closest<HTMLElement>('[data-todo]')?.dataset.todo
    const at = items.findIndex((item) => item.id === id)
    const item = items[at]
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
    if (item === undefined || !isPlain || target.closest('form') !== null) return
    const isTick = target instanceof HTMLInputElement
    if (event.key === 'ArrowDown') ticks()[at + 1]?.focus()
    else if (event.key === 'ArrowUp') ticks()[at - 1]?.focus()
    else if (event.key === 'F2' || (event.key === 'Enter' && isTick)) setEditingId(item.id)
    else if (event.key === 'Delete' || event.key === 'Backspace') onDelete(item)
    else return
    event.preventDefault()
  }
  const finishEditing = (item: TodoItem, patch: TodoPatch | null) => {
    setEditingId(null)
    tickOf(item.id)?.focus()
    if (patch !== null) onPatch(item, patch)
  }
  return (
    <>
      <p id={hintId} hidden>
        {t('list.keys')}
      </p>
      <ul
        ref={listRef}
        hidden={items.length === 0}
        aria-label={t('list.label')}
        aria-describedby={hintId}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          const id = event.target.closest<HTMLElement>('[data-todo]')?.dataset.todo
          if (id !== undefined) focused.current = { id, index: items.findIndex((item) => item.id === id) }
        }}
        onBlur={(event) => {
          // What is taken out of the page loses focus to nothing, and says so or not, as the browser likes.
          if (event.relatedTarget !== null) focused.current = null
        }}
        className="-mx-3"
      >
        {items.map((item) => (
          <TodoRow
            key={item.id}
            item={item}
            editing={item.id === editingId}
            onEdit={() => setEditingId(item.id)}
            onEdited={(patch) => finishEditing(item, patch)}
            onTick={() => onPatch(item, { done: !item.done })}
            onDelete={() => onDelete(item)}
          />
        ))}
      </ul>
    </>
  )
}
