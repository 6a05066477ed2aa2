import { useId } from 'react'
import { useTranslations } from 'use-intl'
import type { ModelList } from '@/lib/contract/api'

type ModelSettingProps = {
  value: string | null
  models: ModelList | null
  onChange: (value: string | null) => void
}

export function ModelSetting({ value, models, onChange }: ModelSettingProps) {
  const t = useTranslations('preference')
  const id = useId()
  const items = models?.items ?? []
  const standard = items.find((item) => item.id === models?.default)?.name
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-3 text-lg font-semibold">
        {t('model.legend')}
      </h2>
      <select
        aria-labelledby={id}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        className="h-11 w-full max-w-sm rounded-xl border border-edge bg-lift px-3"
      >
        <option value="">
          {standard === undefined ? t('model.standard') : t('model.standardNamed', { name: standard })}
        </option>
        {items.map((item) => (
          <option key={item.id} value={item.id} disabled={!item.available}>
            {item.available ? item.name : t('model.unavailable', { name: item.name })}
          </option>
        ))}
      </select>
    </section>
  )
}
