import { useTranslations } from 'use-intl'
import { ChoiceCards } from '@/components/preference/choice-cards'
import { type Preferences, themes } from '@/lib/contract/api'

type ThemeSettingProps = { value: Preferences['theme']; onChange: (value: Preferences['theme']) => void }

export function ThemeSetting({ value, onChange }: ThemeSettingProps) {
  const t = useTranslations('preference')
  const choices = themes.map((theme) => ({ value: theme, name: t(`theme.${theme}`) }))
  return <ChoiceCards legend={t('theme.legend')} choices={choices} value={value} onChange={onChange} />
}
