/** Malformed streams of model servers (`tests/model-stub/odd-streams.ts`), whole and split at every byte. */
import { setImmediate as nextTick } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { C, DONE, type OddAnswer, type OddStream, oddStreams, STOP } from '@/tests/model-stub/odd-streams'
import { scriptedServers } from '@/tests/services/scripted-server'
import { callModel, type ModelEvent } from './call-model'
import { cleanStream, defaultStreamLimits } from './clean-stream'
import { completionDialect } from './completion-dialect'
import { connectModels } from './connect'
import { describeSkipped, openStreamNotes } from './stream-notes'
import { openToolKit } from './tool-kit'

const servers = scriptedServers()
const patient = { firstChunkMs: 60_000, chunkMs: 60_000, totalMs: 60_000 }
const tools = openToolKit([
  { name: 'look', title: 'Look', description: 'Looks.', input: z.object({ at: z.string() }) } as never,
])

const toStream = (odd: OddStream | string): OddStream => (typeof odd === 'string' ? { body: odd } : odd)
const bytesOf = ({ body }: OddStream) => (typeof body === 'string' ? new TextEncoder().encode(body) : body)

function pieces(bytes: Uint8Array, length: number): Uint8Array[] {
  const split: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += length) split.push(bytes.subarray(at, at + length))
  return split
}

/** Calls a model whose server sends this stream in pieces of this many bytes. */
async function ask(odd: OddStream, pieceLength: number) {
  const { url } = await servers.start(async (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream', ...odd.headers })
    for (const piece of pieces(bytesOf(odd), pieceLength)) {
      response.write(piece)
      await nextTick()
    }
    if (odd.ending === 'cut') response.destroy()
    else if (odd.ending !== 'open') response.end()
  })
  const models = connectModels({ CHAT_MODEL: 'gpt-4.1', OPENAI_BASE_URL: url.replace('/mcp', '/v1') })
  const messages = [{ role: 'user' as const, content: 'Hello?' }]
  const signal = new AbortController().signal
  const events: ModelEvent[] = []
  const call = { modelId: 'gpt-4.1', instructions: 'x', messages, tools, signal, timeouts: patient }
  for await (const event of callModel(models, call)) events.push(event)
  return read(events)
}

function read(events: readonly ModelEvent[]): OddAnswer {
  const parts: OddAnswer['parts'] = []
  for (const event of events) {
    if (event.type === 'restart') parts.length = 0
    if (event.type !== 'chunk') continue
    const { chunk } = event
    if (chunk.type === 'text-start') parts.push({ type: 'text', text: '' })
    if (chunk.type === 'reasoning-start') parts.push({ type: 'reasoning', text: '' })
    const last = parts.at(-1)
    if ((chunk.type === 'text-delta' || chunk.type === 'reasoning-delta') && last && 'text' in last)
      last.text += chunk.delta
    if (chunk.type === 'tool-input-available')
      parts.push({ type: 'tool', name: chunk.toolName, input: chunk.input as object })
  }
  const ending = events.at(-1)
  const skipped = (ending && 'skipped' in ending && describeSkipped(ending.skipped)) || ''
  if (ending?.type === 'failed') return { parts, fails: ending.code as 'provider_error', skipped }
  if (ending?.type !== 'end') throw new Error(`the call is ${ending?.type}`)
  const { finish, usage } = ending
  const counts = usage && { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens }
  return { parts, finish: finish as 'stop', usage: counts, skipped }
}

const lengthOf = (odd: OddStream) => bytesOf(odd).length

test.each(oddStreams)(
  'reads %s',
  async (_, stream, expected) => {
    const printed = vi.spyOn(console, 'error')
    const odd = toStream(stream)
    const long = lengthOf(odd) > 10_000
    const whole = await ask(odd, lengthOf(odd))
    expect(whole).toMatchObject({ skipped: '', ...expected })
    expect(await ask(odd, long ? 10_000 : 1)).toEqual(whole)
    expect(printed).not.toHaveBeenCalled()
  },
  20_000,
)

/** Reads only the clean stream and what was skipped, with each piece arriving exactly as it was cut. */
async function clean(odd: OddStream, pieceLength: number): Promise<string> {
  const split = pieces(bytesOf(odd), pieceLength)
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = split.shift()
      if (piece) controller.enqueue(piece)
      else if (odd.ending === 'cut') controller.error(new Error('cut'))
      else if (odd.ending !== 'open') controller.close()
    },
  })
  const notes = openStreamNotes()
  const limits = { ...defaultStreamLimits, afterEndMs: 1, afterDoneMs: 1 }
  const events = cleanStream(body, completionDialect(notes), notes, null, limits)
  const text = await new Response(events).text().catch((error: Error) => error.message)
  return `${text} ${describeSkipped(notes.skipped)}`
}

test.each(oddStreams)('reads %s in the same way at every split', async (_, stream) => {
  const odd = toStream(stream)
  const whole = await clean(odd, lengthOf(odd))
  const lengths = lengthOf(odd) > 10_000 ? [9973] : [1, 2, 3, 5, 7, 64]
  for (const length of lengths) expect({ length, text: await clean(odd, length) }).toEqual({ length, text: whole })
})

test('reads a compressed stream', async () => {
  const body = gzipSync(C('Hello!') + STOP + DONE)
  const answer = await ask({ body, headers: { 'content-encoding': 'gzip' } }, 10)
  expect(answer).toMatchObject({ parts: [{ type: 'text', text: 'Hello!' }], finish: 'stop' })
})

test('emits each event before the next one arrives, even without blank lines', async () => {
  let send: (text: string) => void = () => {}
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      send = (text) => controller.enqueue(new TextEncoder().encode(text))
    },
  })
  const notes = openStreamNotes()
  const reader = cleanStream(body, completionDialect(notes), notes, null).getReader()
  for (const content of ['one', 'two']) {
    send(C(content).replace('\n\n', '\n'))
    expect(new TextDecoder().decode((await reader.read()).value)).toContain(content)
  }
  await reader.cancel()
})

test('a timeout after the finish reason does not fail the answer', async () => {
  const { url } = await servers.start((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(C('Hello!') + STOP)
  })
  const models = connectModels({ CHAT_MODEL: 'gpt-4.1', OPENAI_BASE_URL: url.replace('/mcp', '/v1') })
  const call = {
    modelId: 'gpt-4.1',
    instructions: 'x',
    messages: [{ role: 'user' as const, content: 'Hello?' }],
    signal: new AbortController().signal,
    timeouts: { ...patient, chunkMs: 100 },
  }
  const events: ModelEvent[] = []
  for await (const event of callModel(models, call)) events.push(event)
  expect(read(events)).toMatchObject({ parts: [{ type: 'text', text: 'Hello!' }], finish: 'stop' })
})
