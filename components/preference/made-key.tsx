'use client'

import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import type { MadeApiKey } from '@/lib/contract/api'

/** The key itself, to be copied: by the button, or by hand where a browser lets no page write to its clipboard. */
export function MadeKey({ made, onDone }: { made: MadeApiKey; onDone: () => void }) {
  const t = useTranslations('preference')
  const inputRef = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<boolean | null>(null)
  // What had the focus is gone.
  useEffect(() => inputRef.current?.focus(), [])
  const copy = () => {
    Promise.resolve(navigator.clipboard?.writeText(made.key) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setCopied(true),
      () => {
        setCopied(false)
        inputRef.current?.select()
      },
    )
  }
  return (
    <div className="space-y-4 overflow-y-auto px-5 pt-1 pb-5">
      <p className="text-sm">{t('keys.madeWords')}</p>
      <div>
        <div className="flex gap-2">
          <input
            ref={inputRef}
            readOnly
            dir="ltr"
            aria-label={t('keys.key')}
            value={made.key}
            onFocus={(event) => event.target.select()}
            className="h-10 min-w-0 flex-1 rounded-xl border border-edge bg-page px-3 font-mono text-sm"
          />
          <Button onClick={copy}>{t('keys.copy')}</Button>
        </div>
        <p role="status" className="mt-1.5 text-sm text-soft empty:hidden">
          {copied === true && t('keys.copied')}
          {copied === false && t('keys.notCopied')}
        </p>
      </div>
      <div className="flex justify-end">
        <Button look="quiet" onClick={onDone}>
          {t('keys.done')}
        </Button>
      </div>
    </div>
  )
}
