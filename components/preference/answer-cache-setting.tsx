import { useTranslations } from 'use-intl'
import { ChoiceCards } from '@/components/preference/choice-cards'
import { answerCacheModes, type Preferences } from '@/lib/contract/api'

type Mode = Preferences['answerCache']

export function AnswerCacheSetting({ value, onChange }: { value: Mode; onChange: (value: Mode) => void }) {
  const t = useTranslations('preference')
  const choices = answerCacheModes.map((mode) => ({
    value: mode,
    name: t(`cache.${mode}.name`),
    words: t(`cache.${mode}.words`),
  }))
  return <ChoiceCards legend={t('cache.legend')} choices={choices} value={value} onChange={onChange} />
}
