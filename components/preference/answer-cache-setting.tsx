import { ChoiceCards } from '@/components/preference/choice-cards'
import type { Preferences } from '@/lib/contract/api'

const choices = [
  {
    value: 'shared',
    name: 'Shared',
    words:
      'General questions may be answered from answers others were given, and your answers to such questions may help others.',
  },
  {
    value: 'private',
    name: 'Private',
    words: 'Your repeated questions are answered at once from your own earlier answers; nobody else sees them.',
  },
  { value: 'off', name: 'Off', words: 'Every question goes to the model, and no answer is kept for later.' },
] as const

type Mode = Preferences['answerCache']

export function AnswerCacheSetting({ value, onChange }: { value: Mode; onChange: (value: Mode) => void }) {
  return <ChoiceCards legend="Answer cache" choices={choices} value={value} onChange={onChange} />
}
