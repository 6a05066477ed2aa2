'use client'

import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { RunningTurn } from '@/components/chat/thread-state'
import { currentModel, useSettings } from '@/components/preference/settings-context'

/** When the status says what it is waiting for, and when that it may be a busy provider. */
const patienceMs = { long: 5000, busy: 20_000 } as const

/** Something moves at once; after five seconds it also says what is being waited for. */
export function WaitingStatus({ phase }: { phase: Exclude<RunningTurn['phase'], 'writing'> }) {
  const t = useTranslations('answer')
  const [waited, setWaited] = useState<'short' | 'long' | 'busy'>('short')
  const settings = useSettings()
  useEffect(() => {
    const timers = (['long', 'busy'] as const).map((name) => setTimeout(() => setWaited(name), patienceMs[name]))
    return () => timers.forEach(clearTimeout)
  }, [])
  const model = currentModel(settings)?.name ?? t('theModel')
  return (
    <p className="flex items-center gap-2.5 text-soft">
      <span aria-hidden="true" className="breathing flex gap-1">
        <span className="size-2 rounded-full bg-scale" />
        <span className="size-2 rounded-full bg-scale" />
        <span className="size-2 rounded-full bg-scale" />
      </span>
      {t(`status.${phase}.${waited}`, { model })}
    </p>
  )
}
