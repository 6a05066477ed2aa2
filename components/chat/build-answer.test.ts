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
const whole: AnswerChunk[] = [
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
  it('begins anew where the stream does, and keeps what it knew of the cache', () => {
    const restarted = build([
      ...whole.slice(0, -1),
      { type: 'data-restart', data: null, transient: true },
      ...whole.slice(5),
    ])
    expect(restarted.parts).toEqual([
      { type: 'data-cache', data: cache },
      { type: 'text', text: 'Hello, fish' },
    ])
    expect(restarted.end).toBe('complete')
  })

  it("reads what the AI SDK's own reader reads", async () => {
    const theirs = await readWithSdk(whole)
    const ours = build(whole)
    expect(ours.parts.map(bare)).toEqual(theirs?.parts.map(bare))
    expect(ours.messageId).toBe(theirs?.id)
    expect(ours.metadata).toEqual(theirs?.metadata)
    expect(ours.end).toBe('complete')
  })

  it('keeps the reason of a failed answer and what had arrived', () => {
    const error = { code: 'provider_timeout' as const, message: 'The model took too long.', retryable: true }
    const answer = build([
      ...whole.slice(0, 7),
      { type: 'data-error', data: error },
      { type: 'error', errorText: error.message },
    ])
    expect(answer).toMatchObject({ end: 'failed', error })
    expect(answer.parts.at(-1)).toEqual({ type: 'text', text: 'Hello' })
  })

  it('takes the sentence of a bare error', () => {
    expect(build([{ type: 'error', errorText: 'no' }]).error?.message).toBe('no')
  })

  it('knows stopped, truncated and cut from complete', () => {
    expect(build([{ type: 'abort' }, { type: 'finish' }]).end).toBe('stopped')
    expect(build([{ type: 'finish', finishReason: 'length' }]).end).toBe('truncated')
    expect(build(whole.slice(0, -1)).end).toBeNull()
  })

  it('passes over parts it does not know and deltas of parts that never began', () => {
    const chunks = [{ type: 'text-delta', id: '9', delta: 'x' }, { type: 'step-of-2031' }] as AnswerChunk[]
    expect(build(chunks).parts).toEqual([])
  })

  it('never changes a snapshot it handed out', () => {
    const builder = buildAnswer()
    for (const chunk of whole.slice(0, 7)) builder.apply(chunk)
    const before = builder.answer()
    const copy = structuredClone(before)
    for (const chunk of whole.slice(7)) builder.apply(chunk)
    expect(before).toEqual(copy)
  })
})

/** A part without the SDK's own marks of progress. */
const bare = (part: ChatPart) =>
  part.type === 'text' || part.type === 'reasoning' ? { type: part.type, text: part.text } : part
