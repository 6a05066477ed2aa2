import { expect, test } from 'vitest'
import type { ChatPart, ToolPart } from '@/lib/contract/ui-message'
import { answerMessages } from './answer-messages'

const text = (value: string): ChatPart => ({ type: 'text', text: value, state: 'done' })
const call = (toolCallId: string, state: object = { state: 'output-available', output: { b: 1, a: 2 } }) =>
  ({ type: 'tool-list_todos', toolCallId, input: { z: 1, a: 2 }, ...state }) as unknown as ToolPart
const step: ChatPart = { type: 'step-start' }

test('converts texts to a plain text message', () => {
  expect(answerMessages([{ type: 'reasoning', text: 'hm' }, text('One'), text('Two')], true)).toEqual([
    { role: 'assistant', content: 'One\n\nTwo' },
  ])
  expect(answerMessages([], true)).toEqual([])
})

test('converts a step with calls to a message with the calls and one with the results, with sorted fields', () => {
  const messages = answerMessages([text('Well.'), call('1'), call('2'), step, text('Done.')], true)
  expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant'])
  expect(messages[0]?.content).toMatchObject([{ text: 'Well.' }, { toolCallId: '1' }, { toolCallId: '2' }])
  expect(JSON.stringify(messages)).toContain('"input":{"a":2,"z":1}')
  expect(JSON.stringify(messages)).toContain('"value":{"a":2,"b":1}')
})

test.each([
  [{ state: 'output-error', errorText: 'not_found: Not found.' }, 'not_found: Not found.'],
  [{ state: 'output-denied', approval: { id: 'a', approved: false } }, 'The user denied'],
  [{ state: 'approval-requested', approval: { id: 'a' } }, 'did not respond'],
  [{ state: 'approval-responded', approval: { id: 'a', approved: true } }, 'interrupted'],
  [{ state: 'input-available' }, 'interrupted'],
])('adds a result to every call: %o', (state, expectedText) => {
  const [, results] = answerMessages([call('1', state)], true)
  expect(results?.content).toMatchObject([
    { toolCallId: '1', output: { type: 'error-text', value: expect.stringContaining(expectedText) } },
  ])
})

test('converts only the texts for a model without tools', () => {
  expect(answerMessages([text('Well.'), call('1'), step, text('Done.')], false)).toEqual([
    { role: 'assistant', content: 'Well.\n\nDone.' },
  ])
  expect(answerMessages([call('1')], false)).toEqual([])
})
