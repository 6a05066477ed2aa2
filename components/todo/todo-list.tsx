'use client'

import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { TodoRow } from '@/components/todo/todo-row'
import type { TodoItem, TodoPatch } from '@/lib/contract/api'

type TodoListProps = {
  items: readonly TodoItem[]
  onPatch: (item: TodoItem, patch: TodoPatch) => void
  onDelete: (item: TodoItem) => void
  /** Called when the focused todo was removed and no other is left. */
  onEmptied: () => void
}

/**
 * The list of todos with its keyboard shortcuts. Tab reaches all controls, and the arrow keys move between
 * checkboxes. If the focused todo is removed, focus moves to the one that takes its position.
 */
export function TodoList({ items, onPatch, onDelete, onEmptied }: TodoListProps) {
  const t = useTranslations('todo')
  const hintId = useId()
  const listRef = useRef<HTMLUListElement>(null)
  const [editingId, setEditingId] = useState<string | null>(null)
  /** The focused todo and its position in the list. */
  const focused = useRef<{ id: string; index: number } | null>(null)
  const checkboxes = () => [...(listRef.current?.querySelectorAll<HTMLElement>('[data-todo] [type=checkbox]') ?? [])]
  const findCheckbox = (id: string) =>
    listRef.current?.querySelector<HTMLElement>(`[data-todo="${id}"] [type=checkbox]`)

  useLayoutEffect(() => {
    const lost = focused.current
    if (lost === null || items.some(({ id }) => id === lost.id)) return
    focused.current = null
    const successor = items[Math.min(lost.index, items.length - 1)]
    if (successor === undefined) onEmptied()
    else findCheckbox(successor.id)?.focus()
  })
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement
    const id = target.closest<HTMLElement>('[data-todo]')?.dataset.todo
    const at = items.findIndex((item) => item.id === id)
    const item = items[at]
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
    if (item === undefined || !isPlain || target.closest('form') !== null) return
    const isTick = target instanceof HTMLInputElement
    if (event.key === 'ArrowDown') checkboxes()[at + 1]?.focus()
    else if (event.key === 'ArrowUp') checkboxes()[at - 1]?.focus()
    else if (event.key === 'F2' || (event.key === 'Enter' && isTick)) setEditingId(item.id)
    else if (event.key === 'Delete' || event.key === 'Backspace') onDelete(item)
    else return
    event.preventDefault()
  }
  const finishEditing = (item: TodoItem, patch: TodoPatch | null) => {
    setEditingId(null)
    findCheckbox(item.id)?.focus()
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
          // A removed element may or may not fire a blur event, depending on the browser. It then has no related
          // target.
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
