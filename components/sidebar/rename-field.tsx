'use client'

import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'

type RenameFieldProps = {
  title: string
  /** Null: as it was. `byKey`: focus is to go back to where it came from; a press elsewhere has taken it already. */
  onDone: (title: string | null, byKey: boolean) => void
}

/** Enter and going elsewhere keep the new title, Escape and an empty one the old. */
export function RenameField({ title, onDone }: RenameFieldProps) {
  const t = useTranslations('sidebar')
  const inputRef = useRef<HTMLInputElement>(null)
  const done = useRef(false)
  useEffect(() => inputRef.current?.select(), [])
  const finish = (text: string | null, byKey: boolean) => {
    if (done.current) return
    done.current = true
    // As the server takes it: one line, no control characters.
    const wanted = text
      ?.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
      .toWellFormed()
      .trim()
    onDone(wanted && wanted !== title ? wanted : null, byKey)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    // Not also the drawer that it stands in.
    event.preventDefault()
    event.stopPropagation()
    finish(event.key === 'Enter' ? event.currentTarget.value : null, true)
  }
  return (
    <input
      ref={inputRef}
      defaultValue={title}
      maxLength={200}
      dir="auto"
      aria-label={t('row.title')}
      enterKeyHint="done"
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value, false)}
      className="m-0.5 min-w-0 flex-1 rounded-md border border-edge bg-lift px-2 py-1.5 text-sm pointer-coarse:py-2 pointer-coarse:text-base"
    />
  )
}
