/**
 * For every failure of a model, the client must receive the specific error, and the user's message must not be lost.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorCode } from '@/lib/errors'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { withSlowness } from './slowness'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3 })
  ada = await signUp(goldfish.url)
  // The modules that a process loads for its first turn must not count towards the measured times.
  for (const { url } of goldfish.instances)
    await personAt(url, ada, goldfish.url).send({ conversationId: v7() }, 'Hello?')
})
afterAll(() => goldfish?.stop())

/** Returns the model calls of one test, which runs in parallel with others and is identified by its question. */
const callsWith = (words: string) => goldfish.stub.log().filter(({ body }) => body.includes(words))

type Fault = { directive: string; code: ErrorCode; tokens: number; maxCalls: number }
const faults: Fault[] = [
  { directive: '429', code: 'provider_rate_limited', tokens: 0, maxCalls: 2 },
  { directive: '500', code: 'provider_error', tokens: 0, maxCalls: 2 },
  { directive: 'empty', code: 'provider_error', tokens: 0, maxCalls: 1 },
  { directive: 'garbage', code: 'provider_error', tokens: 0, maxCalls: 1 },
  { directive: 'garbage=5', code: 'provider_cut', tokens: 5, maxCalls: 1 },
  { directive: 'cut=5', code: 'provider_cut', tokens: 5, maxCalls: 1 },
  { directive: 'error=5', code: 'provider_cut', tokens: 5, maxCalls: 1 },
  // These two end after twenty seconds with the default timeouts.
  { directive: 'hang', code: 'provider_timeout', tokens: 0, maxCalls: 1 },
  { directive: 'stall=5', code: 'provider_timeout', tokens: 5, maxCalls: 1 },
]

describe.concurrent('model failures', () => {
  test.each(faults)(
    'reports the fault $directive of a model as $code, and the turn can be regenerated',
    async (fault) => {
      const conversationId = v7()
      const words = `What about ${v7()}?`
      const timedSend = async () => {
        const startedAt = performance.now()
        const sent = await ada.send({ conversationId }, `[stub:${fault.directive}] ${words}`)
        return { sent, milliseconds: performance.now() - startedAt }
      }
      const probes = [() => ada.fetch('/api/health/live')]
      const { result, slownessMs } = await withSlowness(timedSend, { probes, everyMs: 100 })
      const failed = result.sent
      // A busy process can delay the request twice: when it arrives and when its timeout expires.
      expect(result.milliseconds).toBeLessThan(22_000 + 2 * slownessMs)
      expect(failed.status).toBe(200)
      expect(failed.error).toMatchObject({ code: fault.code, retryable: true })
      expect(failed.chunks.at(-1)).toMatchObject({ type: 'error', errorText: failed.error?.message })
      expect(failed.text === '' ? 0 : failed.text.split(' ').length).toBe(fault.tokens)
      expect(callsWith(words).length).toBeLessThanOrEqual(fault.maxCalls)

      const [answer, question] = await ada.messages(conversationId)
      expect(question).toMatchObject({ role: 'user', status: 'complete' })
      expect(JSON.stringify(question?.parts)).toContain(words)
      expect(answer).toMatchObject({ status: 'failed', error: { code: fault.code } })
      expect(answer?.parts).toMatchObject(fault.tokens === 0 ? [] : [{ type: 'text', text: failed.text }])

      goldfish.stub.script([{ match: words, text: 'This time it works.' }])
      const regeneration = { trigger: 'regenerate-message', messageId: answer?.id ?? '', turnId: v7() } as const
      const retried = await ada.send({ conversationId, ...regeneration })
      expect(retried).toMatchObject({ status: 200, error: null, text: 'This time it works.' })
      const rows = await goldfish.sql(
        `select role, status, (select outcome from usage where turn_id = m.turn_id and purpose = 'answer') as recorded
        from message m where conversation_id = $1 order by seq`,
        [conversationId],
      )
      expect(rows.map((row) => Object.values(row).join(' '))).toEqual([
        'user complete failed',
        'assistant failed failed',
        'assistant complete complete',
      ])
    },
  )

  test('calls a rate-limited model once more after the two seconds of its Retry-After', async () => {
    const words = `Slowly, ${v7()}`
    goldfish.stub.script([
      { match: words, times: 1, status: 429, retryAfterSeconds: 2 },
      { match: words, text: 'Here I am.' },
    ])
    expect(await ada.send({ conversationId: v7() }, words)).toMatchObject({ error: null, text: 'Here I am.' })
    const [first, second, ...more] = callsWith(words)
    expect(more).toEqual([])
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThanOrEqual(2000)
    expect((second?.startedAt ?? 0) - (first?.endedAt ?? 0)).toBeLessThan(10_000)
  })

  test('does not call a rate-limited model a third time', async () => {
    const words = `Never, ${v7()}`
    const failed = await ada.send({ conversationId: v7() }, `[stub:429] [stub:retry-after=2] ${words}`)
    expect(failed.error).toMatchObject({ code: 'provider_rate_limited' })
    const [first, second, ...more] = callsWith(words)
    expect(more).toEqual([])
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThanOrEqual(2000)
  })
})

test('truncates an endless answer at the limit and records its usage', async () => {
  const conversationId = v7()
  const words = `For ever, ${v7()}`
  const sent = await ada.send({ conversationId }, `[stub:endless] ${words}`)
  expect(sent.chunks.at(-1)).toMatchObject({ type: 'finish', finishReason: 'length' })
  await expect.poll(() => callsWith(words)[0]?.clientAborted).toBe(true)
  const [call] = callsWith(words)
  expect(call?.tokensSent).toBeLessThan(100_000)
  expect(sent.text.length).toBeLessThan(100_000)

  const [answer] = await ada.messages(conversationId)
  expect(answer).toMatchObject({ status: 'truncated', usage: sent.metadata?.usage })
  expect(answer?.parts).toMatchObject([{ type: 'text', text: sent.text }])
  const [counted] = await goldfish.sql<{ outcome: string; tokens: number }>(
    "select outcome, output_tokens as tokens from usage where turn_id = $1 and purpose = 'answer'",
    [sent.metadata?.turnId],
  )
  expect(counted?.outcome).toBe('truncated')
  expect(counted?.tokens).toBeGreaterThan(1000)
})
