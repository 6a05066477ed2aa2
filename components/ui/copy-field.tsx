'use client'

import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'

type CopyFieldProps = {
  value: string
  words: { label: string; copy: string; copied: string; notCopied: string }
  /** What is done when it appears: it takes the focus, or its value goes to the clipboard. */
  atOnce?: 'focus' | 'copy' | undefined
  mono?: boolean
}

/** Something to be copied: by the button, or by hand where a browser lets no page write to its clipboard. */
export function CopyField({ value, words, atOnce, mono = false }: CopyFieldProps) {
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it appears.
  useEffect(() => {
    if (atOnce === 'focus') inputRef.current?.focus()
    if (atOnce === 'copy') copy()
  }, [])
  return (
    <div>
      <div className="flex gap-2">
        <input
          ref={inputRef}
          readOnly
          dir="ltr"
          aria-label={words.label}
          value={value}
          onFocus={(event) => event.target.select()}
          className={`h-10 min-w-0 flex-1 rounded-xl border border-edge bg-page px-3 text-sm ${mono ? 'font-mono' : ''}`}
        />
        <Button onClick={copy}>{words.copy}</Button>
      </div>
      <p role="status" className="mt-1.5 text-sm text-soft empty:hidden">
        {copied === true && words.copied}
        {copied === false && words.notCopied}
      </p>
    </div>
  )
}
