'use client'

import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'

type ShareLinkFieldProps = {
  path: string
  /** It was made just now, by somebody who is about to send it. */
  copyAtOnce: boolean
}

/** The link itself, to be copied: by the button, or by hand where a browser lets no page write to its clipboard. */
export function ShareLinkField({ path, copyAtOnce }: ShareLinkFieldProps) {
  const t = useTranslations('share')
  const inputRef = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<boolean | null>(null)
  const address = `${window.location.origin}${path}`
  const copy = () => {
    Promise.resolve(navigator.clipboard?.writeText(address) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setCopied(true),
      () => {
        setCopied(false)
        inputRef.current?.select()
      },
    )
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the link has been made.
  useEffect(() => {
    if (copyAtOnce) copy()
  }, [])
  return (
    <div>
      <div className="flex gap-2">
        <input
          ref={inputRef}
          readOnly
          dir="ltr"
          aria-label={t('link')}
          value={address}
          onFocus={(event) => event.target.select()}
          className="h-10 min-w-0 flex-1 rounded-xl border border-edge bg-page px-3 text-sm"
        />
        <Button onClick={copy}>{t('copy')}</Button>
      </div>
      <p role="status" className="mt-1.5 text-sm text-soft empty:hidden">
        {copied === true && t('copied')}
        {copied === false && t('notCopied')}
      </p>
    </div>
  )
}
