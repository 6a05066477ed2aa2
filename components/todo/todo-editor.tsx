'use client'
import { type FormEvent, type KeyboardEvent, useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import type { TodoItem, TodoPatch } from '@/lib/contract/api'

type TodoEditorProps = {
  item: TodoItem
  /** Called with the changed fields, or with null if nothing has changed or the edit was canceled. */
  onDone: (patch: TodoPatch | null) => void
}

const field = 'block w-full rounded-lg border border-edge bg-lift px-3 text-base rtl:text-right'

/**
 * Edits a todo. Enter saves it. In the description, Enter inserts a line break and Ctrl or Cmd with Enter saves.
 * Escape cancels.
 */
export function TodoEditor({ item, onDone }: TodoEditorProps) {
  const t = useTranslations('todo')
  const titleRef = useRef<HTMLInputElement>(null)
  const descriptionRef = useRef<HTMLTextAreaElement>(null)
  useEffect(() => titleRef.current?.select(), [])
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    const title = cleanLine(titleRef.current?.value ?? '')
    const description = cleanLines(descriptionRef.current?.value ?? '')
    if (title === '') return titleRef.current?.focus()
    const patch = {
      ...(title !== item.title && { title }),
      ...(description !== item.description && { description }),
    }
    onDone(Object.keys(patch).length > 0 ? patch : null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229
    const { key } = event
    if (key === 'Enter' && isComposing) return event.preventDefault()
    if (isComposing) return
    if (key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      onDone(null)
    } else if (key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      submit()
    }
  }
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} className="min-w-0 flex-1 space-y-2">
      <input
        ref={titleRef}
        dir="auto"
        required
        maxLength={200}
        autoComplete="off"
        enterKeyHint="done"
        defaultValue={item.title}
        aria-label={t('edit.title')}
        className={`${field} h-10`}
      />
      <textarea
        ref={descriptionRef}
        dir="auto"
        rows={3}
        maxLength={2000}
        defaultValue={item.description}
        aria-label={t('edit.description')}
        placeholder={t('edit.description')}
        className={`${field} py-2 placeholder:text-soft`}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit">{t('edit.save')}</Button>
        <Button variant="quiet" onClick={() => onDone(null)}>
          {t('edit.cancel')}
        </Button>
      </div>
    </form>
  )
}

/** Turns a title into one that the server accepts: one line without control characters. */
export const cleanLine = (text: string) =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .toWellFormed()
    .trim()

/** Does the same for text with several lines. */
export const cleanLines = (text: string) =>
  text
    .replace(/(?![\n\r\t])\p{Cc}+/gu, ' ')
    .toWellFormed()
    .trim()
