import { expect, test } from 'vitest'
import { cleanStream, defaultStreamLimits } from './clean-stream'
import { anthropicDialect } from './open-language-model'
import { describeSkipped, openStreamNotes } from './stream-notes'

const event = (type: string, more: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`
const begin = event('message_start', { message: { id: 'm' } })
const text = event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello!' } })
const reason = event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } })
const stop = event('message_stop')

async function clean(raw: string, isCut = false) {
  const pieces = [raw]
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = pieces.shift()
      if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece))
      else if (isCut) controller.error(new Error('cut'))
      else controller.close()
    },
  })
  const notes = openStreamNotes()
  const limits = { ...defaultStreamLimits, afterEndMs: 1 }
  const read = await new Response(cleanStream(body, anthropicDialect(notes), notes, null, limits)).text()
  const types = [...read.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => (JSON.parse(data) as { type: string }).type)
  return { types, skipped: describeSkipped(notes.skipped) }
}

const whole = ['message_start', 'content_block_delta', 'message_delta', 'message_stop']

test('passes on the events of Anthropic unchanged', async () => {
  expect(await clean(begin + text + reason + stop)).toEqual({ types: whole, skipped: null })
})

test('skips unknown events and events that are not JSON', async () => {
  expect(await clean(`${begin}data: [METRICS]\n\n${event('weather')}${text}${reason}${stop}`)).toEqual({
    types: whole,
    skipped: 'not_json=1 unreadable=1',
  })
})

test('completes a stream that is cut after the stop reason', async () => {
  expect(await clean(begin + text + reason, true)).toEqual({ types: whole, skipped: 'after_end=1' })
})

test('skips an error after the stop reason, and keeps one before it', async () => {
  const error = event('error', { error: { type: 'overloaded_error', message: 'x' } })
  expect(await clean(begin + text + reason + error)).toEqual({ types: whole, skipped: 'after_end=1' })
  expect((await clean(begin + error)).types).toEqual(['message_start', 'error'])
})
