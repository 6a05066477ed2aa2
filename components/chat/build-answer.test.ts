import { describe, expect, it } from 'vitest'
import { buildAnswer } from '@/components/chat/build-answer'
import type { ChatChunk, TurnMetadata } from '@/lib/contract/ui-message'

const metadata: TurnMetadata = {
  status: 'complete',
  turnId: 't',
  model: 'm',
  usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 3 },
  costUsd: 0.1,
  ttftMs: 12,
  cacheStored: true,
}
const chunks: ChatChunk[] = [
  { type: 'start', messageId: 'a1' },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'Hello' },
  { type: 'text-delta', id: '0', delta: ', fish' },
  { type: 'text-end', id: '0' },
  { type: 'finish', finishReason: 'stop', messageMetadata: metadata },
]

const build = (all: readonly ChatChunk[]) => {
  const builder = buildAnswer()
  for (const chunk of all) builder.apply(chunk)
  return builder.answer()
}

describe('buildAnswer', () => {
  it('returns the id, the parts and the metadata of a complete answer', () => {
    expect(build(chunks)).toEqual({
      messageId: 'a1',
      parts: [{ type: 'text', text: 'Hello, fish', state: 'done' }],
      metadata,
      error: null,
      end: 'complete',
    })
  })

  it('keeps the error of a failed answer and the parts that had arrived', () => {
    const error = { code: 'provider_timeout' as const, message: 'The model took too long.', retryable: true }
    const answer = build([
      ...chunks.slice(0, 3),
      { type: 'data-error', data: error },
      { type: 'error', errorText: error.message },
    ])
    expect(answer).toMatchObject({ end: 'failed', error })
    expect(answer.parts.at(-1)).toEqual({ type: 'text', text: 'Hello', state: 'streaming' })
  })

  it('uses the text of an error chunk if no data-error chunk precedes it', () => {
    expect(build([{ type: 'error', errorText: 'no' }]).error?.message).toBe('no')
  })

  it('distinguishes stopped, truncated and cut-off answers from complete ones', () => {
    expect(build([{ type: 'abort' }, { type: 'finish' }]).end).toBe('stopped')
    expect(build([{ type: 'finish', finishReason: 'length' }]).end).toBe('truncated')
    expect(build(chunks.slice(0, -1)).end).toBeNull()
  })

  it('completes an answer that was restarted', () => {
    const restarted = build([...chunks.slice(0, -2), { type: 'data-restart', data: null, transient: true }, ...chunks])
    expect(restarted).toEqual(build(chunks))
  })

  it('never mutates a snapshot that it has returned', () => {
    const builder = buildAnswer()
    for (const chunk of chunks.slice(0, 3)) builder.apply(chunk)
    const before = builder.answer()
    const copy = structuredClone(before)
    for (const chunk of chunks.slice(3)) builder.apply(chunk)
    expect(before).toEqual(copy)
  })
})
