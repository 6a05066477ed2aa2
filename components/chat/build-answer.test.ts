import { readUIMessageStream } from 'ai'
import { describe, expect, it } from 'vitest'
import { type AnswerChunk, buildAnswer } from '@/components/chat/build-answer'
import type { CacheNotice, ChatMessage, ChatPart, TurnMetadata } from '@/lib/contract/ui-message'

const cache: CacheNotice = {
  status: 'hit',
  layer: 'semantic',
  similarity: 0.97,
  ageSeconds: 300,
  savedMs: 900,
  savedUsd: 0.001,
}
const metadata: TurnMetadata = {
  status: 'complete',
  turnId: 't',
  model: 'm',
  usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 3 },
  costUsd: 0.1,
  ttftMs: 12,
  cacheStored: true,
}
const textChunks: AnswerChunk[] = [
  { type: 'start', messageId: 'a1' },
  { type: 'data-cache', data: cache },
  { type: 'reasoning-start', id: '0' },
  { type: 'reasoning-delta', id: '0', delta: 'hm' },
  { type: 'reasoning-end', id: '0' },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'Hello' },
  { type: 'text-delta', id: '0', delta: ', fish' },
  { type: 'text-end', id: '0' },
  { type: 'finish', finishReason: 'stop', messageMetadata: metadata },
]

const milk = { id: 'm', title: 'Milk' }
const toolChunks: AnswerChunk[] = [
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
  { type: 'finish', finishReason: 'stop', messageMetadata: metadata },
]

const build = (chunks: readonly AnswerChunk[]) => {
  const builder = buildAnswer()
  for (const chunk of chunks) builder.apply(chunk)
  return builder.answer()
}

async function readWithSdk(chunks: readonly AnswerChunk[]): Promise<ChatMessage | undefined> {
  const stream = new ReadableStream<AnswerChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  let last: ChatMessage | undefined
  for await (const message of readUIMessageStream<ChatMessage>({ stream })) last = message
  return last
}

describe('buildAnswer', () => {
  it('discards its parts on a restart but keeps the cache notice', () => {
    const restarted = build([
      ...textChunks.slice(0, -1),
      { type: 'data-restart', data: null, transient: true },
      ...textChunks.slice(5),
    ])
    expect(restarted.parts).toEqual([
      { type: 'data-cache', data: cache },
      { type: 'text', text: 'Hello, fish' },
    ])
    expect(restarted.end).toBe('complete')
  })

  it.each([
    ['text', textChunks],
    ['tools', toolChunks],
  ])('builds the same message as the AI SDK: %s', async (_, chunks) => {
    const theirs = await readWithSdk(chunks)
    const ours = build(chunks)
    expect(ours.parts.map(comparable)).toEqual(theirs?.parts.map(comparable))
    expect(ours.messageId).toBe(theirs?.id)
    expect(ours.metadata).toEqual(theirs?.metadata)
    expect(ours.end).toBe('complete')
  })

  it('keeps the error of a failed answer and the parts that had arrived', () => {
    const error = { code: 'provider_timeout' as const, message: 'The model took too long.', retryable: true }
    const answer = build([
      ...textChunks.slice(0, 7),
      { type: 'data-error', data: error },
      { type: 'error', errorText: error.message },
    ])
    expect(answer).toMatchObject({ end: 'failed', error })
    expect(answer.parts.at(-1)).toEqual({ type: 'text', text: 'Hello' })
  })

  it('uses the text of an error chunk if no data-error chunk precedes it', () => {
    expect(build([{ type: 'error', errorText: 'no' }]).error?.message).toBe('no')
  })

  it('distinguishes stopped, truncated and cut-off answers from complete ones', () => {
    expect(build([{ type: 'abort' }, { type: 'finish' }]).end).toBe('stopped')
    expect(build([{ type: 'finish', finishReason: 'length' }]).end).toBe('truncated')
    expect(build(textChunks.slice(0, -1)).end).toBeNull()
  })

  it('keeps texts and tool calls in the order of the stream', () => {
    const order = build(toolChunks).parts.flatMap((part) => {
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

  it('ignores unknown chunk types and deltas of parts that never began', () => {
    const chunks = [
      { type: 'text-delta', id: '9', delta: 'x' },
      { type: 'step-of-2031' },
      { type: 'tool-of-2031', toolCallId: 'c9', toolName: 'x' },
      { type: 'tool-of-2031' },
      { type: 'tool-output-available', toolCallId: 'c9', output: 1 },
      { type: 'tool-output-denied', toolCallId: 'c9' },
      { type: 'tool-approval-response', approvalId: 'p9', approved: true },
    ] as AnswerChunk[]
    expect(build(chunks).parts).toEqual([])
  })

  it('never mutates a snapshot that it has returned', () => {
    const builder = buildAnswer()
    for (const chunk of toolChunks.slice(0, 9)) builder.apply(chunk)
    const before = builder.answer()
    const copy = structuredClone(before)
    for (const chunk of toolChunks.slice(9)) builder.apply(chunk)
    expect(before).toEqual(copy)
  })
})

/** Returns a part without the fields that only the SDK adds and without undefined values. */
const comparable = (part: ChatPart): unknown =>
  part.type === 'text' || part.type === 'reasoning'
    ? { type: part.type, text: part.text }
    : JSON.parse(JSON.stringify(part))
