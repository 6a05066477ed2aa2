import { Hourglass } from 'lucide-react'
import { useTranslations } from 'use-intl'

/** Above a chat that is kept for a day only. */
export function TemporaryBanner() {
  const t = useTranslations('chat')
  return (
    <p
      role="note"
      className="flex items-center justify-center gap-2 border-b border-line bg-card px-4 py-1.5 text-sm text-soft"
    >
      <Hourglass aria-hidden="true" className="size-4 shrink-0" />
      {t('temporary.hint')}
    </p>
  )
}
