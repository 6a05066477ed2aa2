import { ChoiceCards } from '@/components/preference/choice-cards'
import type { Preferences } from '@/lib/contract/api'

const choices = [
  { value: 'system', name: 'As the system' },
  { value: 'light', name: 'Light' },
  { value: 'dark', name: 'Dark' },
] as const

type ThemeSettingProps = { value: Preferences['theme']; onChange: (value: Preferences['theme']) => void }

export function ThemeSetting({ value, onChange }: ThemeSettingProps) {
  return <ChoiceCards legend="Theme" choices={choices} value={value} onChange={onChange} />
}
