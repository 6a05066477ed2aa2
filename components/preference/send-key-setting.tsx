import { useTranslations } from 'use-intl'
import { ChoiceCards } from '@/components/preference/choice-cards'
import type { Preferences } from '@/lib/contract/api'

type SendKey = Preferences['sendKey']

export function SendKeySetting({ value, onChange }: { value: SendKey; onChange: (value: SendKey) => void }) {
  const t = useTranslations('preference')
  const choices = [
    { value: 'enter', name: t('sendKey.enter.name'), words: t('sendKey.enter.words') },
    { value: 'mod-enter', name: t('sendKey.mod.name'), words: t('sendKey.mod.words') },
  ] as const
  return <ChoiceCards legend={t('sendKey.legend')} choices={choices} value={value} onChange={onChange} />
}
