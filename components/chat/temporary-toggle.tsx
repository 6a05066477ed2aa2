'use client'

import { Hourglass } from 'lucide-react'
import { useTranslations } from 'use-intl'

type TemporaryToggleProps = { on: boolean; onChange: (on: boolean) => void }

/** For a chat that has not begun: whether it is to be forgotten after a day. */
export function TemporaryToggle({ on, onChange }: TemporaryToggleProps) {
  const t = useTranslations('chat')
  return (
    <button
      type="button"
      aria-pressed={on}
      title={t('temporary.hint')}
      onClick={() => onChange(!on)}
      className="inline-flex h-9 items-center gap-1.5 rounded-full px-2.5 text-sm text-soft transition-colors hover:bg-hover hover:text-ink aria-pressed:bg-card aria-pressed:text-accent"
    >
      <Hourglass aria-hidden="true" className="size-4" />
      {t('temporary.toggle')}
    </button>
  )
}
