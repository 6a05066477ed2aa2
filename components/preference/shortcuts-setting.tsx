import { useId } from 'react'
import { useTranslations } from 'use-intl'

const shortcuts = ['newChat', 'toComposer', 'copyAnswer'] as const

export function ShortcutsSetting({ value, onChange }: { value: boolean; onChange: (value: boolean) => void }) {
  const t = useTranslations('preference')
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-3 text-lg font-semibold">
        {t('shortcuts.legend')}
      </h2>
      <label className="flex w-fit items-center gap-3">
        <input
          type="checkbox"
          checked={value}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4 accent-accent"
        />
        {t('shortcuts.use')}
      </label>
      <dl className="mt-3 grid w-fit grid-cols-[auto_auto] gap-x-6 gap-y-1 text-sm">
        {shortcuts.map((shortcut) => (
          <div key={shortcut} className="contents">
            <dt dir="ltr" className="font-mono text-soft rtl:text-right">
              {t(`shortcuts.${shortcut}.keys`)}
            </dt>
            <dd>{t(`shortcuts.${shortcut}.does`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
