'use client'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { announceTodoChange } from '@/components/todo/todo-change'
import { toolKindOf } from '@/components/tool/tool-part'
import { readTodo, type ToolTodo } from '@/components/tool/tool-values'
import type { NewTodo, TodoPatch } from '@/lib/contract/api'
import { type ToolPart, toolNameOf } from '@/lib/contract/ui-message'

/** Undoes a tool call and then shows that in place of the button. A failure is shown below and can be retried. */
export function UndoButton({ undo, stepId }: { undo: Undo; stepId: string }) {
  const t = useTranslations('tool')
  const errorMessage = useErrorMessage()
  const id = useId()
  const [state, setState] = useState<'ready' | 'busy' | 'undone' | 'gone'>('ready')
  const [failure, setFailure] = useState<Failure | null>(null)

  const act = async () => {
    if (state !== 'ready') return
    setState('busy')
    setFailure(null)
    const result = await callApi(undo.path, undo.method === 'DELETE' ? { method: 'DELETE' } : undo)
    // The todo to be deleted does not exist any more.
    const isGone = undo.method === 'DELETE' && !result.ok && result.failure.code === 'not_found'
    if (!result.ok && !isGone) {
      setState('ready')
      return setFailure(result.failure)
    }
    setState(isGone ? 'gone' : 'undone')
    announceTodoChange()
  }
  const isOver = state === 'undone' || state === 'gone'
  return (
    <>
      {!isOver && (
        <button
          type="button"
          id={id}
          aria-labelledby={`${id} ${stepId}`}
          aria-disabled={state === 'busy'}
          onClick={() => void act()}
          className="me-1 min-h-8 rounded-xl px-2.5 font-medium text-ink underline-offset-4 hover:underline"
        >
          {state === 'busy' ? t('undoing') : t('undo')}
        </button>
      )}
      <span role="status" className="me-3.5 italic empty:hidden rtl:not-italic">
        {state === 'undone' && t('undone')}
        {state === 'gone' && t('gone')}
      </span>
      {failure !== null && (
        <p role="alert" className="w-full px-3.5 pb-2 text-danger">
          {t('notUndone')} {errorMessage(failure)}
        </p>
      )}
    </>
  )
}

type Undo =
  | { method: 'DELETE'; path: string }
  | { method: 'PATCH'; path: string; body: TodoPatch }
  | { method: 'POST'; path: string; body: NewTodo }

/** Returns null for a call that changed nothing or cannot be undone. */
export function undoOf(part: ToolPart): Undo | null {
  if (part.state !== 'output-available') return null
  const todo = readTodo(part.output, 'todo')
  if (todo === null) return null
  const path = `/api/todos/${encodeURIComponent(todo.id)}`
  switch (toolKindOf(toolNameOf(part))) {
    case 'create':
      return { method: 'DELETE', path }
    case 'complete':
      return { method: 'PATCH', path, body: { done: false } }
    case 'update': {
      const before = readTodo(part.output, 'before')
      const body = before && revertedFields(before, todo)
      return body && { method: 'PATCH', path, body }
    }
    case 'delete':
      // Reuses the old id, so that a repeated request creates only one todo.
      return { method: 'POST', path: '/api/todos', body: todo }
    default:
      return null
  }
}

/**
 * Returns the fields that the call changed, so that later changes are kept. Returns null if it changed nothing.
 */
function revertedFields(before: ToolTodo, after: ToolTodo): TodoPatch | null {
  const body: TodoPatch = {
    ...(before.title !== after.title && { title: before.title }),
    ...(before.description !== after.description && { description: before.description }),
    ...(before.done !== after.done && { done: before.done }),
  }
  return Object.keys(body).length === 0 ? null : body
}
