import { useTranslations } from 'use-intl'
import { ChoiceCards } from '@/components/preference/choice-cards'
import { answerCacheModes, type Preferences } from '@/lib/contract/api'

type Mode = Preferences['answerCache']

export function AnswerCacheSetting({ value, onChange }: { value: Mode; onChange: (value: Mode) => void }) {
  const t = useTranslations('preference')
  const choices = answerCacheModes.map((mode) => ({
    value: mode,
    name: t(`answerCache.${mode}.name`),
    words: t(`answerCache.${mode}.words`),
  }))
  return <ChoiceCards legend={t('answerCache.legend')} choices={choices} value={value} onChange={onChange} />
}
