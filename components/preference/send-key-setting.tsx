import { useTranslations } from 'use-intl'
import { ChoiceCards } from '@/components/preference/choice-cards'
import { type Preferences, sendKeys } from '@/lib/contract/api'

type SendKey = Preferences['sendKey']

export function SendKeySetting({ value, onChange }: { value: SendKey; onChange: (value: SendKey) => void }) {
  const t = useTranslations('preference')
  const choices = sendKeys.map((key) => ({
    value: key,
    name: t(`sendKey.${key}.name`),
    words: t(`sendKey.${key}.words`),
  }))
  return <ChoiceCards legend={t('sendKey.legend')} choices={choices} value={value} onChange={onChange} />
}
