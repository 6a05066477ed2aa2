'use client'

import { ChevronDown } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { currentModel, useSettings } from '@/components/preference/settings-context'

/** Shown only where there is a choice. The choice is the person's preference, also for the next chat. */
export function ModelPicker() {
  const t = useTranslations('chat')
  const { preferences, models, save } = useSettings()
  const offered = models?.items.filter((model) => model.available) ?? []
  if (offered.length < 2) return <span />
  return (
    <span className="relative inline-flex min-w-0 items-center rounded-full text-sm text-soft hover:bg-hover hover:text-ink">
      <select
        aria-label={t('model')}
        value={currentModel({ preferences, models })?.id ?? ''}
        onChange={(event) => void save({ model: event.target.value })}
        className="field-sizing-content min-w-0 max-w-60 appearance-none truncate rounded-full bg-transparent py-2 ps-3 pe-8"
      >
        {offered.map((model) => (
          <option key={model.id} value={model.id} className="bg-lift text-ink">
            {model.name}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden="true" className="pointer-events-none absolute end-2.5 size-4" />
    </span>
  )
}
