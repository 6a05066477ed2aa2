import { useTranslations } from 'use-intl'
import { SettingSection } from '@/components/preference/setting-section'
import { ShortcutList } from '@/components/shell/shortcut-list'

export function ShortcutsSetting({ value, onChange }: { value: boolean; onChange: (value: boolean) => void }) {
  const t = useTranslations('preference')
  return (
    <SettingSection title={t('shortcuts.legend')}>
      <label className="mt-2 flex w-fit items-center gap-3">
        <input
          type="checkbox"
          checked={value}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4 accent-accent"
        />
        {t('shortcuts.use')}
      </label>
      <div className="mt-2 max-w-md pointer-coarse:hidden">
        <ShortcutList />
      </div>
    </SettingSection>
  )
}
