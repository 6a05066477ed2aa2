import { expect, it } from 'vitest'
import { groupParts } from '@/components/message/answer'
import type { ChatPart } from '@/lib/contract/ui-message'

const call = (toolCallId: string): ChatPart => ({
  type: 'tool-create_todo',
  toolCallId,
  state: 'input-available',
  input: {},
})
const text = (content: string): ChatPart => ({ type: 'text', text: content })

const shape = (parts: ChatPart[]) =>
  groupParts(parts).map((block) =>
    block.kind === 'tools' ? block.parts.map(({ toolCallId }) => toolCallId) : `${block.kind}: ${block.text}`,
  )

it('groups consecutive tool calls and keeps the texts between them in place', () => {
  const step: ChatPart = { type: 'step-start' }
  const thought: ChatPart = { type: 'reasoning', text: 'hm' }
  expect(shape([step, text('One'), call('a'), call('b'), step, text('\n\n'), call('c'), step, text('Two')])).toEqual([
    'text: One',
    ['a', 'b', 'c'],
    'text: Two',
  ])
  expect(shape([thought, call('a'), thought, call('b')])).toEqual(['reasoning: hm', ['a'], 'reasoning: hm', ['b']])
})

it('skips unknown and empty parts of an answer', () => {
  expect(shape([{ type: 'source-url', sourceId: 's', url: 'https://example.com' }, text('')])).toEqual([])
})

it('keeps the key of an answer block while it grows', () => {
  const parts = [text('One'), call('a')]
  expect(groupParts([...parts, call('b')]).map(({ key }) => key)).toEqual(groupParts(parts).map(({ key }) => key))
})
