import { expect, test } from 'vitest'
import type { ChatChunk, ChatPart } from '@/lib/contract/ui-message'
import { createMessageBuilder } from './message-builder'
import { diffMessage } from './message-diff'
import { toStorable } from './stored-parts'

const text = (value: string): ChatPart => ({ type: 'text', text: value, state: 'done' })
const reasoning = (value: string): ChatPart => ({ type: 'reasoning', text: value, state: 'done' })
const start = (id: string): ChatChunk => ({ type: 'text-start', id })
const delta = (id: string, value: string): ChatChunk => ({ type: 'text-delta', id, delta: value })
const end = (id: string): ChatChunk => ({ type: 'text-end', id })

test('sends all chunks to a client that has none, as the answer grows', () => {
  const since = diffMessage([])
  expect(since([], false)).toEqual([])
  expect(since([text('Gold')], false)).toEqual([start('stored-0'), delta('stored-0', 'Gold')])
  expect(since([text('Gold')], false)).toEqual([])
  expect(since([text('Goldfish')], false)).toEqual([delta('stored-0', 'fish')])
  expect(since([text('Goldfish.')], true)).toEqual([delta('stored-0', '.'), end('stored-0')])
})

test('ends a part when another one follows', () => {
  const since = diffMessage([])
  expect(since([reasoning('hm'), text('Yes')], false)).toEqual([
    { type: 'reasoning-start', id: 'stored-0' },
    { type: 'reasoning-delta', id: 'stored-0', delta: 'hm' },
    start('stored-1'),
    delta('stored-1', 'Yes'),
    { type: 'reasoning-end', id: 'stored-0' },
  ])
})

test('sends the rest under the same ids to a client that has the start', () => {
  const since = diffMessage([start('t'), delta('t', 'Gold'), delta('t', 'fi')])
  expect(since([text('Goldfish')], false)).toEqual([delta('t', 'sh')])
  expect(since([text('Goldfish'), text('Bye')], true)).toEqual([
    start('stored-1'),
    delta('stored-1', 'Bye'),
    end('t'),
    end('stored-1'),
  ])
})

test('sends nothing while the stored parts are behind the client, and no text twice', () => {
  const since = diffMessage([start('t'), delta('t', 'Goldfish')])
  expect(since([], false)).toEqual([])
  expect(since([text('Gold')], false)).toEqual([])
  expect(since([text('Goldfish sw')], false)).toEqual([delta('t', ' sw')])
  // An interrupted turn: less was stored than the client has received.
  expect(diffMessage([start('t'), delta('t', 'Goldfish')])([text('Gold')], true)).toEqual([end('t')])
})

test('does not end an ended part again, and skips empty parts', () => {
  const before = [start('a'), end('a'), start('b'), delta('b', 'Yes'), end('b')]
  expect(diffMessage(before)([text('Yes')], true)).toEqual([])
  expect(diffMessage([start('a')])([text('Yes')], true)).toEqual([delta('a', 'Yes'), end('a')])
})

test('restarts an answer that does not continue what was sent', () => {
  const restart: ChatChunk = { type: 'data-restart', data: null, transient: true }
  const since = diffMessage([start('t'), delta('t', 'Somebody else')])
  expect(since([text('My own')], true)).toEqual([
    restart,
    start('stored-0'),
    delta('stored-0', 'My own'),
    end('stored-0'),
  ])
  expect(
    diffMessage([start('t'), delta('t', 'Somebody'), restart, start('u'), delta('u', 'My')])([text('My own')], false),
  ).toEqual([delta('u', ' own')])
})

test('sends a notice once, and again after a restart', () => {
  const notice = { type: 'data-notice', data: { code: 'images_left_out', model: 'some-model' } } as const
  const since = diffMessage([start('t'), delta('t', 'Gold')])
  expect(since([notice, text('Gold')], false)).toEqual([notice])
  expect(since([notice, text('Goldfish')], false)).toEqual([delta('t', 'fish')])
  const [restart, again] = since([notice, text('Carp')], false)
  expect([restart, again]).toEqual([{ type: 'data-restart', data: null, transient: true }, notice])
  expect(diffMessage([notice, start('t')])([notice, text('Gold')], false)).toEqual([delta('t', 'Gold')])
})

const store = (...chunks: ChatChunk[]) => {
  const builder = createMessageBuilder()
  for (const chunk of chunks) builder.apply(chunk)
  return toStorable(builder.parts())
}
const textChunks = (id: string, delta: string): ChatChunk[] => [
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
  ['announced first', [begun('1'), called('1'), answered('1')]],
  ['complete after a later one', [begun('1'), begun('2'), called('2'), called('1'), answered('1'), answered('2')]],
  ['followed by another one', [called('1'), called('2'), answered('2'), answered('1')]],
]

test.each(callStates)('replays a call that is %s to the same stored parts, from any position', (_, chunks) => {
  const all = [step, ...textChunks('a', 'Well.'), ...chunks, step, ...textChunks('a', 'So.')]
  const parts = store(...all)
  expect(store(...diffMessage([])(parts, true))).toEqual(parts)
  // Regardless of where a client's chunks end, the rest must complete them without a restart.
  for (let seen = 0; seen <= all.length; seen++) {
    const before = all.slice(0, seen)
    const rest = diffMessage(before)(parts, true)
    expect(rest.some(({ type }) => type === 'data-restart')).toBe(false)
    expect(store(...before, ...rest).filter(({ type }) => type !== 'step-start')).toEqual(
      parts.filter(({ type }) => type !== 'step-start'),
    )
  }
})

test('restarts the answer if a different call is stored at the same position', () => {
  const rest = diffMessage([step, called('1')])(store(step, called('2')), true)
  expect(rest[0]?.type).toBe('data-restart')
})

test('replays a stored notice before the text', () => {
  const stored: ChatPart[] = [{ type: 'data-notice', data: { code: 'images_left_out', model: 'm' } }, text('One.')]
  expect(store(...diffMessage([])(stored, true))).toEqual(stored)
})
