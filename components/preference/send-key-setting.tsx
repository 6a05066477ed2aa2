import { ChoiceCards } from '@/components/preference/choice-cards'
import type { Preferences } from '@/lib/contract/api'

const choices = [
  { value: 'enter', name: 'Enter sends', words: 'Shift+Enter begins a new line.' },
  { value: 'mod-enter', name: 'Ctrl+Enter or ⌘+Enter sends', words: 'Enter begins a new line.' },
] as const

type SendKey = Preferences['sendKey']

export function SendKeySetting({ value, onChange }: { value: SendKey; onChange: (value: SendKey) => void }) {
  return <ChoiceCards legend="Send key" choices={choices} value={value} onChange={onChange} />
}
