'use client'

import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'

type CopyFieldProps = {
  value: string
  labels: { label: string; copy: string; copied: string; notCopied: string }
  /** The action on mount: focus the field, or copy its value to the clipboard. */
  actionOnMount?: 'focus' | 'copy' | undefined
  mono?: boolean
}

/**
 * A read-only field with a copy button. If the clipboard is unavailable, the text is selected for copying by
 * hand.
 */
export function CopyField({ value, labels, actionOnMount, mono = false }: CopyFieldProps) {
  const inputRef = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<boolean | null>(null)
  const copy = () => {
    Promise.resolve(navigator.clipboard?.writeText(value) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setCopied(true),
      () => {
        setCopied(false)
        inputRef.current?.select()
      },
    )
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: must run only on mount
  useEffect(() => {
    if (actionOnMount === 'focus') inputRef.current?.focus()
    if (actionOnMount === 'copy') copy()
  }, [])
  return (
    <div>
      <div className="flex gap-2">
        <input
          ref={inputRef}
          readOnly
          dir="ltr"
          aria-label={labels.label}
          value={value}
          onFocus={(event) => event.target.select()}
          className={`h-10 min-w-0 flex-1 rounded-xl border border-edge bg-page px-3 text-sm ${mono ? 'font-mono' : ''}`}
        />
        <Button onClick={copy}>{labels.copy}</Button>
      </div>
      <p role="status" className="mt-1.5 text-sm text-soft empty:hidden">
        {copied === true && labels.copied}
        {copied === false && labels.notCopied}
      </p>
    </div>
  )
}
