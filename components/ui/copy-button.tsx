'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/components/ui/button'

/**
 * Copies the result of `text()` and shows for two seconds whether that worked. `text` is called only on a click,
 * because serializing a long answer is expensive.
 */
export function CopyButton({ label, text, className }: { label: string; text: () => string; className?: string }) {
  const t = useTranslations('common')
  const [result, setResult] = useState<'copied' | 'failed' | null>(null)
  useEffect(() => {
    if (result === null) return
    const timer = setTimeout(() => setResult(null), 2000)
    return () => clearTimeout(timer)
  }, [result])
  const copy = () => {
    // `navigator.clipboard` is undefined on pages without HTTPS. That must be shown as a failure instead of
    // throwing.
    Promise.resolve(navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setResult('copied'),
      () => setResult('failed'),
    )
  }
  const status = result === null ? label : result === 'copied' ? t('copied') : t('copyFailed')
  return (
    <IconButton label={status} onClick={copy} {...(className === undefined ? {} : { className })}>
      {result === 'copied' ? (
        <Check aria-hidden="true" className="size-4" />
      ) : (
        <Copy aria-hidden="true" className="size-4" />
      )}
    </IconButton>
  )
}
