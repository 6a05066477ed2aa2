'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/components/ui/button'

/** Copies `text()` (asked only on click: an answer can be long) and says for two seconds that it did. */
export function CopyButton({ label, text, className }: { label: string; text: () => string; className?: string }) {
  const t = useTranslations('common')
  const [result, setResult] = useState<'copied' | 'failed' | null>(null)
  useEffect(() => {
    if (result === null) return
    const timer = setTimeout(() => setResult(null), 2000)
    return () => clearTimeout(timer)
  }, [result])
  const copy = () => {
    // Without https the clipboard is not there at all, which must read as a failure, not as a crash.
    Promise.resolve(navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setResult('copied'),
      () => setResult('failed'),
    )
  }
  const said = result === null ? label : result === 'copied' ? t('copied') : t('copyFailed')
  return (
    <IconButton label={said} onClick={copy} {...(className === undefined ? {} : { className })}>
      {result === 'copied' ? (
        <Check aria-hidden="true" className="size-4" />
      ) : (
        <Copy aria-hidden="true" className="size-4" />
      )}
    </IconButton>
  )
}
