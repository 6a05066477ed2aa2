import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withTimeout } from '@/lib/redis/run-script'
import { startModelStub } from '@/tests/model-stub/model-stub.mjs'
import { aboutSeconds } from '@/tests/services/about-seconds'
import { testRedis } from '@/tests/services/test-redis'
import type { ModelTimeouts } from './call-deadline'
import type { ModelEvent } from './call-model'
import { callWithFallback } from './call-with-fallback'
import { breakerKey, readBreaker, reportOutcome, takeProbe } from './circuit-breaker'
import { connectModels } from './connect'

const { redis, url } = await testRedis()
/** Another instance's connection. */
const elsewhere = new Redis(url)
afterAll(() => elsewhere.disconnect())

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
type Options = { signal?: AbortSignal; timeouts?: ModelTimeouts; from?: Redis | null; until?: 'first word' }

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
/** As many calls as open the breaker; side by side, because each waits half a second before its second try. */
const failFiveTimes = () => Promise.all(Array.from({ length: 5 }, () => ask('[stub:500]', alone)))
const stateOf = async (modelId: string) => (await readBreaker(elsewhere, modelId)).state
/** As if the time for which it is open had passed. */
const pass = (modelId: string) => redis.hset(breakerKey(modelId), 'openUntil', '1')
const open = async (modelId: string) => {
  for (let count = 0; count < 5; count += 1) await reportOutcome(redis, modelId, 'failed')
}

describe('the breaker', () => {
  test('that one instance has opened makes the others fail fast, without a call', async () => {
    await failFiveTimes()
    await expect.poll(() => stateOf('first')).toBe('open')
    stub.reset()
    const { ending } = await withTimeout(1_000, ask('Hello', alone, { from: elsewhere }))
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_error', retryAfterSeconds: aboutSeconds(10) })
    expect(called()).toEqual([])
  })

  test('lets one of fifty try, over all instances, and all again when that one has its first word', async () => {
    await open('first')
    await pass('first')
    stub.script([{ match: 'Hello', ttftMs: 300 }])
    const asked = Array.from({ length: 50 }, (_, index) => ask('Hello', alone, { from: index % 2 ? redis : elsewhere }))
    const answers = await Promise.all(asked)
    expect(answers.filter(({ ending }) => ending?.type === 'end')).toHaveLength(1)
    expect(answers.filter(({ ending }) => ending?.type === 'failed')).toHaveLength(49)
    expect(called()).toHaveLength(1)
    await expect.poll(() => stateOf('first')).toBe('closed')
    expect((await ask('Hello', alone)).ending).toMatchObject({ type: 'end' })
  })

  test('is closed by a probe at its first word, while the answer still goes on', async () => {
    await open('first')
    await pass('first')
    const stop = new AbortController()
    const asked = ask('[stub:stall=3]', alone, { signal: stop.signal })
    await expect.poll(() => stateOf('first')).toBe('closed')
    stop.abort()
    expect((await asked).ending).toEqual({ type: 'aborted' })
  })

  test('opens again when the probe fails', async () => {
    await open('first')
    await pass('first')
    await ask('[stub:500]', alone)
    await expect
      .poll(() => readBreaker(elsewhere, 'first'))
      .toEqual({ state: 'open', retryAfterSeconds: aboutSeconds(20) })
  })

  test.each([
    ['is stopped', '[stub:hang]'],
    ['is refused for what it asks', '[stub:400]'],
  ])('gives the next caller the probe of one that %s', async (_, question) => {
    await open('first')
    await pass('first')
    const stop = new AbortController()
    const asked = ask(question, alone, { signal: stop.signal })
    await expect.poll(called).toHaveLength(1)
    stop.abort()
    await asked
    await expect.poll(async () => (await takeProbe(elsewhere, 'first')).state).toBe('probe')
  })

  test.each<[string, string, Partial<ModelTimeouts>?]>([
    ['an error', '[stub:401]'],
    ['too many requests', '[stub:429] [stub:retry-after=30]'],
    ['silence', '[stub:hang]', { firstChunkMs: 300 }],
    ['silence in mid-answer, which was an answer too', '[stub:stall=3]', { chunkMs: 200 }],
  ])('counts %s', async (_, question, timeouts = {}) => {
    await Promise.all(Array.from({ length: 5 }, () => ask(question, alone, { timeouts: { ...patient, ...timeouts } })))
    await expect.poll(() => stateOf('first')).toBe('open')
  })

  test.each([
    ['requests that no model would take', '[stub:400]'],
    ['answers that were cut', '[stub:cut=3]'],
  ])('does not count %s', async (_, question) => {
    await Promise.all(Array.from({ length: 6 }, () => ask(question, alone)))
    expect(await stateOf('first')).toBe('closed')
  })

  test('does not count what a caller has stopped or left', async () => {
    const stop = new AbortController()
    const asked = Array.from({ length: 6 }, () => ask('[stub:hang]', alone, { signal: stop.signal }))
    await expect.poll(called).toHaveLength(6)
    stop.abort()
    for (const { ending } of await Promise.all(asked)) expect(ending).toEqual({ type: 'aborted' })
    await ask('[stub:stall=3]', alone, { until: 'first word' })
    expect(await stateOf('first')).toBe('closed')
  })

  test('is no matter without Redis', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ask('[stub:401]', alone, { from: null })))
    expect((await ask('[stub:text=Yes]', alone, { from: null })).text).toBe('Yes')
  })
})

describe('the fallback', () => {
  test('is not asked while the first answers, and the answer says nothing of it', async () => {
    const { text, ending, steps } = await ask('[stub:text=Yes]', backed)
    expect(text).toBe('Yes')
    expect(ending).not.toHaveProperty('answeredBy')
    expect(steps).toEqual(['start-step', 'finish-step'])
    expect(called()).toEqual(['first'])
  })

  test.each([
    ['fails', { status: 500, times: 2 }, ['first', 'first', 'second']],
    ['is busy for longer than a reader waits', { status: 429, retryAfterSeconds: 30 }, ['first', 'second']],
    ['begins and breaks before its first word', { cut: 0 }, ['first', 'second']],
    ['has nothing to say', { tokens: 0 }, ['first', 'second']],
  ])('answers when the first %s', async (_, rule, models) => {
    stub.script([{ match: 'Hello', times: 1, ...rule }])
    const { text, ending, endings, steps } = await ask('Hello [stub:text=Yes]', backed)
    expect(text).toBe('Yes')
    expect(ending).toMatchObject({ type: 'end', finish: 'stop', answeredBy: 'second' })
    expect(endings).toBe(1)
    expect(steps).toEqual(['start-step', 'finish-step'])
    expect(called()).toEqual(models)
  })

  test('answers at once while the breaker of the first is open', async () => {
    await open('first')
    const { text, ending } = await ask('[stub:text=Yes]', backed)
    expect(text).toBe('Yes')
    expect(ending).toMatchObject({ type: 'end', answeredBy: 'second' })
    expect(called()).toEqual(['second'])
  })

  test('is named too when its answer is stopped or cut', async () => {
    await open('first')
    expect((await ask('[stub:cut=3]', backed)).ending).toMatchObject({ code: 'provider_cut', answeredBy: 'second' })
    const stop = new AbortController()
    const asked = ask('[stub:stall=3]', backed, { signal: stop.signal })
    await expect.poll(called).toHaveLength(2)
    stop.abort()
    expect((await asked).ending).toEqual({ type: 'aborted', answeredBy: 'second' })
  })

  test('that fails as well leaves the failure of the first, and a breaker of its own', async () => {
    await open('first')
    const asked = Array.from({ length: 5 }, () => ask('[stub:401]', backed))
    for (const { ending, endings } of await Promise.all(asked)) {
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
    ['after the first word', '[stub:cut=3]', 'provider_cut', patient],
    ['for a request that no model would take', '[stub:400]', 'provider_error', patient],
    ['when the time to a first word is used up', '[stub:hang]', 'provider_timeout', { ...patient, firstChunkMs: 400 }],
  ])('is not asked %s', async (_, question, code, timeouts) => {
    expect((await ask(question, backed, { timeouts })).ending).toMatchObject({ type: 'failed', code })
    expect(called()).toEqual(['first'])
  })

  test('is not asked what it cannot read whole', async () => {
    await open('first')
    const { ending } = await ask('x'.repeat(40_000), backed)
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_error' })
    expect(called()).toEqual([])
  })

  test('has only what is left of the time', async () => {
    stub.script([
      { match: 'Hello', times: 2, status: 503, retryAfterSeconds: 3 },
      { match: 'Hello', hang: true },
    ])
    // Three seconds are gone before it is asked: with all of the time anew it would be eleven.
    const asked = ask('Hello', backed, { timeouts: { ...patient, firstChunkMs: 8_000 } })
    const { ending } = await withTimeout(10_500, asked)
    expect(ending).toMatchObject({ type: 'failed', code: 'provider_error', cause: { name: 'FallbackFailed' } })
    expect(called()).toEqual(['first', 'first', 'second'])
  })

  test('is not asked for somebody who has stopped', async () => {
    const stop = new AbortController()
    const asked = ask('[stub:hang]', backed, { signal: stop.signal })
    await expect.poll(called).toHaveLength(1)
    stop.abort()
    expect((await asked).ending).toEqual({ type: 'aborted' })
    await open('first')
    expect((await ask('Hello', backed, { signal: AbortSignal.abort() })).ending).toMatchObject({ type: 'aborted' })
    expect(called()).toEqual(['first'])
  })
})
