import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withTimeout } from '@/lib/redis/run-script'
import { startModelStub } from '@/tests/model-stub/model-stub.mjs'
import { aboutSeconds } from '@/tests/services/about-seconds'
import { testRedis } from '@/tests/services/test-redis'
import type { ModelTimeouts } from './call-deadline'
import type { ModelEvent } from './call-model'
import { callWithFallback } from './call-with-fallback'
import { acquireProbe, breakerKey, readBreaker, reportOutcome } from './circuit-breaker'
import { connectModels } from './connect'

const { redis, url } = await testRedis()
/** The connection of another instance. */
const otherRedis = new Redis(url)
afterAll(() => otherRedis.disconnect())

type Stub = Awaited<ReturnType<typeof startModelStub>>
let stub: Stub
beforeAll(async () => {
  stub = await startModelStub()
})
beforeEach(async () => {
  stub.reset()
  await redis.flushall()
})
afterAll(() => stub.stop())

const patient: ModelTimeouts = { firstChunkMs: 60_000, chunkMs: 60_000, totalMs: 60_000 }
const alone = { CHAT_MODEL: 'first' }
const backed = { CHAT_MODEL: 'first', FALLBACK_MODEL: 'second' }
type Options = { signal?: AbortSignal; timeouts?: ModelTimeouts; from?: Redis | null; until?: 'first output' }

async function ask(question: string, settings: typeof alone | typeof backed, options: Options = {}) {
  const { signal = new AbortController().signal, timeouts = patient, from = redis, until } = options
  const models = connectModels({ ...settings, OPENAI_BASE_URL: `${stub.url}/v1` })
  const messages = [{ role: 'user' as const, content: question }]
  const events: ModelEvent[] = []
  const call = { modelId: 'first', instructions: 'Be brief.', messages, signal, timeouts }
  for await (const event of callWithFallback(models, from, call)) {
    events.push(event)
    if (until && event.type === 'chunk' && event.chunk.type === 'text-delta') break
  }
  const chunks = events.flatMap((event) => (event.type === 'chunk' ? [event.chunk] : []))
  return {
    text: chunks.map((chunk) => (chunk.type === 'text-delta' ? chunk.delta : '')).join(''),
    steps: chunks.filter(({ type }) => type === 'start-step' || type === 'finish-step').map(({ type }) => type),
    ending: events.at(-1),
    endings: events.filter(({ type }) => type !== 'chunk').length,
  }
}

const called = () => stub.log().map(({ body }) => (JSON.parse(body) as { model: string }).model)
/** Makes enough failing calls to open the breaker, in parallel because each waits half a second before its retry. */
const failFiveTimes = () => Promise.all(Array.from({ length: 5 }, () => ask('[stub:500]', alone)))
const stateOf = async (modelId: string) => (await readBreaker(otherRedis, modelId)).state
/** Simulates that the open time has passed. */
const expireOpenTime = (modelId: string) => redis.hset(breakerKey(modelId), 'openUntil', '1')
const open = async (modelId: string) => {
  for (let count = 0; count < 5; count += 1) await reportOutcome(redis, modelId, 'failed')
}

describe('the breaker', () => {
  test('fails at once on all instances after one instance has opened the breaker', async () => {
    await failFiveTimes()
    await expect.poll(() => stateOf('first')).toBe('open')
    stub.reset()
    const { ending } = await withTimeout(1_000, ask('Hello', alone, { from: otherRedis }))
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_error', retryAfterSeconds: aboutSeconds(10) })
    expect(called()).toEqual([])
  })

  test('allows one probe across all instances and closes the breaker after its first output', async () => {
    await open('first')
    await expireOpenTime('first')
    stub.script([{ match: 'Hello', ttftMs: 300 }])
    const pending = Array.from({ length: 50 }, (_, index) =>
      ask('Hello', alone, { from: index % 2 ? redis : otherRedis }),
    )
    const answers = await Promise.all(pending)
    expect(answers.filter(({ ending }) => ending?.type === 'end')).toHaveLength(1)
    expect(answers.filter(({ ending }) => ending?.type === 'failed')).toHaveLength(49)
    expect(called()).toHaveLength(1)
    await expect.poll(() => stateOf('first')).toBe('closed')
    expect((await ask('Hello', alone)).ending).toMatchObject({ type: 'end' })
  })

  test('closes the breaker at the first output of a probe, before its answer ends', async () => {
    await open('first')
    await expireOpenTime('first')
    const stop = new AbortController()
    const pending = ask('[stub:stall=3]', alone, { signal: stop.signal })
    await expect.poll(() => stateOf('first')).toBe('closed')
    stop.abort()
    expect((await pending).ending).toEqual({ type: 'aborted' })
  })

  test('opens the breaker again when the probe fails', async () => {
    await open('first')
    await expireOpenTime('first')
    await ask('[stub:500]', alone)
    await expect
      .poll(() => readBreaker(otherRedis, 'first'))
      .toEqual({ state: 'open', retryAfterSeconds: aboutSeconds(20) })
  })

  test.each([
    ['was aborted', '[stub:hang]'],
    ['was refused for its content', '[stub:400]'],
  ])('allows another probe after one that %s', async (_, question) => {
    await open('first')
    await expireOpenTime('first')
    const stop = new AbortController()
    const pending = ask(question, alone, { signal: stop.signal })
    await expect.poll(called).toHaveLength(1)
    stop.abort()
    await pending
    await expect.poll(async () => (await acquireProbe(otherRedis, 'first')).state).toBe('probe')
  })

  test.each<[string, string, Partial<ModelTimeouts>?]>([
    ['an error', '[stub:401]'],
    ['too many requests', '[stub:429] [stub:retry-after=30]'],
    ['silence', '[stub:hang]', { firstChunkMs: 300 }],
    ['silence in the middle of an answer', '[stub:stall=3]', { chunkMs: 200 }],
  ])('counts %s as a failure', async (_, question, timeouts = {}) => {
    await Promise.all(Array.from({ length: 5 }, () => ask(question, alone, { timeouts: { ...patient, ...timeouts } })))
    await expect.poll(() => stateOf('first')).toBe('open')
  })

  test.each([
    ['requests that every model refuses', '[stub:400]'],
    ['answers that were cut', '[stub:cut=3]'],
  ])('does not count %s as failures', async (_, question) => {
    await Promise.all(Array.from({ length: 6 }, () => ask(question, alone)))
    expect(await stateOf('first')).toBe('closed')
  })

  test('does not count calls that the caller aborted or left as failures', async () => {
    const stop = new AbortController()
    const pending = Array.from({ length: 6 }, () => ask('[stub:hang]', alone, { signal: stop.signal }))
    await expect.poll(called).toHaveLength(6)
    stop.abort()
    for (const { ending } of await Promise.all(pending)) expect(ending).toEqual({ type: 'aborted' })
    await ask('[stub:stall=3]', alone, { until: 'first output' })
    expect(await stateOf('first')).toBe('closed')
  })

  test('calls the model despite failures if there is no Redis', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ask('[stub:401]', alone, { from: null })))
    expect((await ask('[stub:text=Yes]', alone, { from: null })).text).toBe('Yes')
  })
})

describe('the fallback', () => {
  test('does not call the fallback if the requested model answers', async () => {
    const { text, ending, steps } = await ask('[stub:text=Yes]', backed)
    expect(text).toBe('Yes')
    expect(ending).not.toHaveProperty('answeredBy')
    expect(steps).toEqual(['start-step', 'finish-step'])
    expect(called()).toEqual(['first'])
  })

  test.each([
    ['fails', { status: 500, times: 2 }, ['first', 'first', 'second']],
    ['is busy for a long time', { status: 429, retryAfterSeconds: 30 }, ['first', 'second']],
    ['is cut before its first output', { cut: 0 }, ['first', 'second']],
    ['finishes without output', { tokens: 0 }, ['first', 'second']],
  ])('calls the fallback if the requested model %s', async (_, rule, models) => {
    stub.script([{ match: 'Hello', times: 1, ...rule }])
    const { text, ending, endings, steps } = await ask('Hello [stub:text=Yes]', backed)
    expect(text).toBe('Yes')
    expect(ending).toMatchObject({ type: 'end', finish: 'stop', answeredBy: 'second' })
    expect(endings).toBe(1)
    expect(steps).toEqual(['start-step', 'finish-step'])
    expect(called()).toEqual(models)
  })

  test('calls the fallback at once while the breaker of the requested model is open', async () => {
    await open('first')
    const { text, ending } = await ask('[stub:text=Yes]', backed)
    expect(text).toBe('Yes')
    expect(ending).toMatchObject({ type: 'end', answeredBy: 'second' })
    expect(called()).toEqual(['second'])
  })

  test('names the fallback in the ending even if its answer is aborted or cut', async () => {
    await open('first')
    expect((await ask('[stub:cut=3]', backed)).ending).toMatchObject({ code: 'provider_cut', answeredBy: 'second' })
    const stop = new AbortController()
    const pending = ask('[stub:stall=3]', backed, { signal: stop.signal })
    await expect.poll(called).toHaveLength(2)
    stop.abort()
    expect((await pending).ending).toEqual({ type: 'aborted', answeredBy: 'second' })
  })

  test('reports the failure of the requested model if the fallback fails too, and opens the breaker of the fallback', async () => {
    await open('first')
    const pending = Array.from({ length: 5 }, () => ask('[stub:401]', backed))
    for (const { ending, endings } of await Promise.all(pending)) {
      expect(endings).toBe(1)
      expect(ending).toMatchObject({ type: 'failed', code: 'provider_error', cause: { name: 'FallbackFailed' } })
      expect(ending).not.toHaveProperty('answeredBy')
    }
    await expect.poll(() => stateOf('second')).toBe('open')
    stub.reset()
    await withTimeout(1_000, ask('Hello', backed))
    expect(called()).toEqual([])
  })

  test.each([
    ['after the first output', '[stub:cut=3]', 'provider_cut', patient],
    ['for a request that every model refuses', '[stub:400]', 'provider_error', patient],
    [
      'if the time to the first output has elapsed',
      '[stub:hang]',
      'provider_timeout',
      { ...patient, firstChunkMs: 400 },
    ],
  ])('does not call the fallback %s', async (_, question, code, timeouts) => {
    expect((await ask(question, backed, { timeouts })).ending).toMatchObject({ type: 'failed', code })
    expect(called()).toEqual(['first'])
  })

  test('does not call the fallback for a prompt that exceeds its context window', async () => {
    await open('first')
    const { ending } = await ask('x'.repeat(40_000), backed)
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_error' })
    expect(called()).toEqual([])
  })

  test('gives the fallback only the rest of the time to the first output', async () => {
    stub.script([
      { match: 'Hello', times: 2, status: 503, retryAfterSeconds: 3 },
      { match: 'Hello', hang: true },
    ])
    // Three seconds pass before the fallback is called. With the full timeout the test would take eleven seconds.
    const pending = ask('Hello', backed, { timeouts: { ...patient, firstChunkMs: 8_000 } })
    const { ending } = await withTimeout(10_500, pending)
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_error', cause: { name: 'FallbackFailed' } })
    expect(called()).toEqual(['first', 'first', 'second'])
  })

  test('does not call the fallback after an abort by the caller', async () => {
    const stop = new AbortController()
    const pending = ask('[stub:hang]', backed, { signal: stop.signal })
    await expect.poll(called).toHaveLength(1)
    stop.abort()
    expect((await pending).ending).toEqual({ type: 'aborted' })
    await open('first')
    expect((await ask('Hello', backed, { signal: AbortSignal.abort() })).ending).toMatchObject({ type: 'aborted' })
    expect(called()).toEqual(['first'])
  })
})
