'use client'

import { Plus } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { cleanLine } from '@/components/todo/todo-editor'

/** Adds todos. Enter adds one and keeps the focus in the field for the next. */
export function NewTodoField({ onAdd }: { onAdd: (title: string) => void }) {
  const t = useTranslations('todo')
  const inputRef = useRef<HTMLInputElement>(null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const input = inputRef.current
    const title = cleanLine(input?.value ?? '')
    if (input === null) return
    input.focus()
    if (title === '') return
    input.value = ''
    onAdd(title)
  }
  // Enter that ends an IME composition must not submit the form.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.nativeEvent.isComposing || event.keyCode === 229)) event.preventDefault()
  }
  return (
    <form
      onSubmit={submit}
      className="flex items-center gap-1 rounded-2xl border border-edge bg-lift p-1.5 ps-4 shadow-lift has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-2 has-[input:focus-visible]:outline-accent"
    >
      <input
        ref={inputRef}
        type="text"
        dir="auto"
        maxLength={200}
        autoComplete="off"
        enterKeyHint="done"
        aria-label={t('add.label')}
        placeholder={t('add.placeholder')}
        onKeyDown={onKeyDown}
        className="h-9 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-soft rtl:text-right"
      />
      <button
        type="submit"
        aria-label={t('add.submit')}
        title={t('add.submit')}
        className="grid size-9 shrink-0 place-items-center rounded-xl bg-accent text-on-accent hover:opacity-90 pointer-coarse:size-11"
      >
        <Plus aria-hidden="true" className="size-5" />
      </button>
    </form>
  )
}
