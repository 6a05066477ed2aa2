import { useTranslations } from 'use-intl'
import { ChoiceCards } from '@/components/preference/choice-cards'
import { type Language, languages } from '@/lib/contract/api'
import { languageNames } from '@/lib/contract/language'

type LanguageSettingProps = { value: Language | null; onChange: (value: Language | null) => void }

export function LanguageSetting({ value, onChange }: LanguageSettingProps) {
  const t = useTranslations('preference')
  const choices = [
    { value: 'browser', name: t('language.browser') },
    ...languages.map((language) => ({ value: language, name: languageNames[language], language })),
  ] as const
  return (
    <ChoiceCards
      legend={t('language.legend')}
      choices={choices}
      value={value ?? 'browser'}
      onChange={(choice) => onChange(choice === 'browser' ? null : choice)}
    />
  )
}
