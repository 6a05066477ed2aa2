import { readUIMessageStream } from 'ai'
import { expect, test } from 'vitest'
import type { CacheNotice, ChatChunk, ChatMessage, ChatPart } from '@/lib/contract/ui-message'
import { createMessageBuilder } from './message-builder'
import { toStorable } from './stored-parts'

const cache: CacheNotice = {
  status: 'hit',
  layer: 'semantic',
  similarity: 0.97,
  ageSeconds: 300,
  savedMs: 900,
  savedUsd: 0.001,
}
const textChunks: ChatChunk[] = [
  { type: 'start', messageId: 'a1' },
  { type: 'data-cache', data: cache },
  { type: 'reasoning-start', id: '0' },
  { type: 'reasoning-delta', id: '0', delta: 'hm' },
  { type: 'reasoning-end', id: '0' },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'Hello' },
  { type: 'text-delta', id: '0', delta: ', fish' },
  { type: 'text-end', id: '0' },
  { type: 'finish', finishReason: 'stop' },
]

const milk = { id: 'm', title: 'Milk' }
const toolChunks: ChatChunk[] = [
  { type: 'start', messageId: 'a1' },
  { type: 'start-step' },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'One moment.' },
  { type: 'text-end', id: '0' },
  { type: 'tool-input-start', toolCallId: 'c0', toolName: 'create_todo' },
  { type: 'tool-input-delta', toolCallId: 'c0', inputTextDelta: '{"title":"Milk"}' },
  { type: 'tool-input-available', toolCallId: 'c0', toolName: 'create_todo', input: { title: 'Milk' } },
  { type: 'tool-input-available', toolCallId: 'c1', toolName: 'weather', input: {} },
  { type: 'tool-input-error', toolCallId: 'c2', toolName: 'list_todos', input: '{', errorText: 'No JSON.' },
  { type: 'tool-output-available', toolCallId: 'c0', output: { todo: milk } },
  { type: 'tool-output-error', toolCallId: 'c1', errorText: 'No weather today.' },
  { type: 'finish-step' },
  { type: 'start-step' },
  // Some models reuse the call ids of the previous step.
  { type: 'tool-input-available', toolCallId: 'c0', toolName: 'delete_todo', input: { id: 'm' } },
  { type: 'tool-input-available', toolCallId: 'c3', toolName: 'delete_todo', input: { id: 'n' } },
  { type: 'tool-approval-request', approvalId: 'p0', toolCallId: 'c0' },
  { type: 'tool-approval-request', approvalId: 'p3', toolCallId: 'c3' },
  { type: 'tool-approval-response', approvalId: 'p3', approved: false },
  { type: 'tool-output-denied', toolCallId: 'c3' },
  { type: 'tool-approval-response', approvalId: 'p0', approved: true },
  { type: 'finish-step' },
  { type: 'start-step' },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'Done.' },
  { type: 'text-end', id: '0' },
  { type: 'finish', finishReason: 'stop' },
]

const build = (chunks: readonly ChatChunk[]) => {
  const builder = createMessageBuilder()
  for (const chunk of chunks) builder.apply(chunk)
  return builder.parts()
}
async function readWithSdk(chunks: readonly ChatChunk[]): Promise<ChatMessage | undefined> {
  const stream = new ReadableStream<ChatChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  let last: ChatMessage | undefined
  for await (const message of readUIMessageStream<ChatMessage>({ stream })) last = message
  return last
}

/** Returns a part without the fields that only the SDK sets and without undefined values. */
const comparable = (part: ChatPart): unknown =>
  part.type === 'text' || part.type === 'reasoning'
    ? { type: part.type, text: part.text, state: part.state }
    : JSON.parse(JSON.stringify(part))

test.each([
  ['text', textChunks],
  ['tools', toolChunks],
  ['an unfinished text', textChunks.slice(0, 7)],
  ['an unfinished tool call', toolChunks.slice(0, 6)],
])('builds the same parts as the AI SDK: %s', async (_, chunks) => {
  const theirs = await readWithSdk(chunks)
  expect(build(chunks).map(comparable)).toEqual(theirs?.parts.map(comparable))
})

test('discards the parts on a restart but keeps the cache notice', () => {
  const restart: ChatChunk = { type: 'data-restart', data: null, transient: true }
  expect(build([...textChunks.slice(0, -1), restart, ...textChunks.slice(5)])).toEqual([
    { type: 'data-cache', data: cache },
    { type: 'text', text: 'Hello, fish', state: 'done' },
  ])
})

test('keeps texts and tool calls in the order of the stream', () => {
  const order = build(toolChunks).flatMap((part) => {
    if (part.type === 'text') return [part.text]
    return 'toolCallId' in part ? [`${part.toolCallId} ${part.state}`] : []
  })
  expect(order).toEqual([
    'One moment.',
    'c0 output-available',
    'c1 output-error',
    'c2 output-error',
    'c0 approval-responded',
    'c3 output-denied',
    'Done.',
  ])
})

test('ignores unknown chunk types and deltas of parts that never began', () => {
  const chunks = [
    { type: 'text-delta', id: '9', delta: 'x' },
    { type: 'step-of-2031' },
    { type: 'tool-of-2031', toolCallId: 'c9', toolName: 'x' },
    { type: 'tool-of-2031' },
    { type: 'tool-output-available', toolCallId: 'c9', output: 1 },
    { type: 'tool-output-denied', toolCallId: 'c9' },
    { type: 'tool-approval-response', approvalId: 'p9', approved: true },
  ] as ChatChunk[]
  expect(build(chunks)).toEqual([])
})

test('never mutates parts that it has returned', () => {
  const builder = createMessageBuilder()
  for (const chunk of toolChunks.slice(0, 9)) builder.apply(chunk)
  const before = builder.parts()
  const copy = structuredClone(before)
  for (const chunk of toolChunks.slice(9)) builder.apply(chunk)
  expect(before).toEqual(copy)
})

const store = (...chunks: ChatChunk[]) => toStorable(build(chunks))
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
  expect(store(step, ...text('a', 'One'), { type: 'finish-step' }, step, ...text('a', 'Two'))).toEqual([
    { type: 'text', text: 'One', state: 'done' },
    { type: 'text', text: 'Two', state: 'done' },
  ])
})

test('stores tool calls between the texts, with step starts', () => {
  const parts = store(
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
  expect(store(step, begun('1'))).toEqual([])
  expect(store(step, called('1'), step).map(({ type }) => type)).toEqual(['tool-create_todo'])
})

test('ignores chunks that do not fit the state of a call', () => {
  expect(store(answered('1'), { type: 'tool-output-denied', toolCallId: '1' })).toEqual([])
  expect(store(called('1'), { type: 'tool-output-denied', toolCallId: '1' })).toMatchObject([
    { state: 'input-available' },
  ])
})

test('removes characters that Postgres cannot store from arguments and results', () => {
  const odd = { 'a\0': ['b\0', { c: '\ud800' }], n: 1, nothing: null }
  expect(store(called('1', odd), answered('1', odd))).toMatchObject([
    { input: { a: ['b', { c: '\ufffd' }], n: 1, nothing: null }, output: { a: ['b', { c: '\ufffd' }] } },
  ])
})

test('stores a notice once, before the text of its answer', () => {
  const notice: ChatChunk = { type: 'data-notice', data: { code: 'images_left_out', model: 'some-model' } }
  const stored = store(...text('a', 'One.'), notice, notice)
  expect(stored.map(({ type }) => type)).toEqual(['data-notice', 'text'])
})

test('stores neither the cache notice nor a text that is empty', () => {
  const empty: ChatChunk[] = [
    { type: 'reasoning-start', id: 'r' },
    { type: 'text-start', id: 't' },
  ]
  expect(store({ type: 'data-cache', data: cache }, ...empty, ...text('a', 'One.'))).toEqual([
    { type: 'text', text: 'One.', state: 'done' },
  ])
})
