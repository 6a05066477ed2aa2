import { expect, test } from 'vitest'
import type { ChatChunk } from '@/lib/contract/ui-message'
import { collectParts } from './collect-parts'
import { resumeParts } from './resume-parts'

const collect = (...chunks: ChatChunk[]) => {
  const collected = collectParts()
  for (const chunk of chunks) collected.add(chunk)
  return collected.parts()
}
const text = (id: string, delta: string): ChatChunk[] => [
  { type: 'text-start', id },
  { type: 'text-delta', id, delta },
  { type: 'text-end', id },
]
const begun = (toolCallId: string): ChatChunk => ({ type: 'tool-input-start', toolCallId, toolName: 'create_todo' })
const called = (toolCallId: string, input: unknown = {}): ChatChunk => ({
  type: 'tool-input-available',
  toolCallId,
  toolName: 'create_todo',
  input,
})
const answered = (toolCallId: string, output: unknown = {}): ChatChunk => ({
  type: 'tool-output-available',
  toolCallId,
  output,
})
const step: ChatChunk = { type: 'start-step' }

test('stores an answer without tool calls as texts without steps', () => {
  expect(collect(step, ...text('a', 'One'), { type: 'finish-step' }, step, ...text('a', 'Two'))).toEqual([
    { type: 'text', text: 'One', state: 'done' },
    { type: 'text', text: 'Two', state: 'done' },
  ])
})

test('stores tool calls between the texts, with step starts', () => {
  const parts = collect(
    step,
    ...text('a', 'Well.'),
    begun('1'),
    called('1', { title: 'Milk' }),
    answered('1'),
    step,
    ...text('a', 'Done.'),
  )
  expect(parts).toEqual([
    { type: 'text', text: 'Well.', state: 'done' },
    { type: 'tool-create_todo', toolCallId: '1', state: 'output-available', input: { title: 'Milk' }, output: {} },
    { type: 'step-start' },
    { type: 'text', text: 'Done.', state: 'done' },
  ])
})

test('stores a call once its arguments are complete, and never an empty step', () => {
  expect(collect(step, begun('1'))).toEqual([])
  expect(collect(step, called('1'), step).map(({ type }) => type)).toEqual(['tool-create_todo'])
})

test('ignores chunks that do not fit the state of a call', () => {
  expect(collect(answered('1'), { type: 'tool-output-denied', toolCallId: '1' })).toEqual([])
  expect(collect(called('1'), { type: 'tool-output-denied', toolCallId: '1' })).toMatchObject([
    { state: 'input-available' },
  ])
})

test('removes characters that Postgres cannot store from arguments and results', () => {
  const odd = { 'a\0': ['b\0', { c: '\ud800' }], n: 1, nothing: null }
  expect(collect(called('1', odd), answered('1', odd))).toMatchObject([
    { input: { a: ['b', { c: '\ufffd' }], n: 1, nothing: null }, output: { a: ['b', { c: '\ufffd' }] } },
  ])
})

/** All states of a call, each with a text before and after it. */
const asked: ChatChunk = { type: 'tool-approval-request', approvalId: 'approve-1', toolCallId: '1' }
const decided = (approved: boolean): ChatChunk => ({
  type: 'tool-approval-response',
  approvalId: 'approve-1',
  approved,
})
const callStates: [string, ChatChunk[]][] = [
  ['done', [called('1'), answered('1', { todo: 1 })]],
  ['failed', [called('1'), { type: 'tool-output-error', toolCallId: '1', errorText: 'No.' }]],
  ['without a result', [called('1')]],
  ['waiting for approval', [called('1'), asked]],
  ['decided', [called('1'), asked, decided(true)]],
  ['approved and done', [called('1'), asked, decided(true), answered('1')]],
  ['denied', [called('1'), asked, decided(false), { type: 'tool-output-denied', toolCallId: '1' }]],
  ['followed by another one', [called('1'), called('2'), answered('2'), answered('1')]],
]

test.each(callStates)('replays a call that is %s to the same stored parts, from any position', (_, chunks) => {
  const all = [step, ...text('a', 'Well.'), ...chunks, step, ...text('a', 'So.')]
  const parts = collect(...all)
  expect(collect(...resumeParts([])(parts, true))).toEqual(parts)
  // Regardless of where a client's chunks end, the rest must complete them without a restart.
  for (let seen = 0; seen <= all.length; seen++) {
    const before = all.slice(0, seen)
    const rest = resumeParts(before)(parts, true)
    expect(rest.some(({ type }) => type === 'data-restart')).toBe(false)
    expect(collect(...before, ...rest).filter(({ type }) => type !== 'step-start')).toEqual(
      parts.filter(({ type }) => type !== 'step-start'),
    )
  }
})

test('restarts the answer if a different call is stored at the same position', () => {
  const rest = resumeParts([step, called('1')])(collect(step, called('2')), true)
  expect(rest[0]?.type).toBe('data-restart')
})

test('stores a notice once, before the text of its answer', () => {
  const notice: ChatChunk = { type: 'data-notice', data: { code: 'images_left_out', model: 'some-model' } }
  const stored = collect(...text('a', 'One.'), notice, notice)
  expect(stored.map(({ type }) => type)).toEqual(['data-notice', 'text'])
  expect(collect(...resumeParts([])(stored, true))).toEqual(stored)
})
