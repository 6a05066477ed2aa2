/** If a model fails on one instance, no instance should call it until one probe has succeeded. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { median } from '@/tests/services/median'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3 })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

const ask = (place: number, text: string) =>
  personAt(goldfish.instances[place]?.url ?? '', ada, goldfish.url).send({ conversationId: v7() }, text)
const callsWith = (words: string) => goldfish.stub.log().filter(({ body }) => body.includes(words))

test('ten failures on one instance open the circuit breaker of all instances, and one successful probe closes it', {
  timeout: 120_000,
}, async () => {
  // The first turn of a process is slow, and the time of the other instances' refusals is measured below.
  for (const place of [0, 1, 2]) expect((await ask(place, `Good morning ${place}`)).error).toBeNull()
  const askedAt = Date.now()
  const failed = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(0, `[stub:500] Failure ${index}`)))
  expect(failed.map(({ error }) => error?.code)).toEqual(Array.from({ length: 10 }, () => 'provider_error'))

  // Both other instances must refuse from their first turn on. The median is measured because the machine may be busy.
  const tookMs = new Map<number, number[]>([1, 2].map((place) => [place, []]))
  for (let times = 0; times < 5; times += 1)
    for (const [place, took] of tookMs) {
      const startedAt = Date.now()
      expect((await ask(place, 'Is the model there?')).error).toMatchObject({ code: 'provider_error', retryable: true })
      took.push(Date.now() - startedAt)
    }
  for (const took of tookMs.values()) expect(median(took), `${took}`).toBeLessThan(200)
  expect(callsWith('Is the model there?')).toEqual([])

  // The model works again, but its first token takes longer than a round of questions.
  // Meanwhile no other turn may call it.
  goldfish.stub.script([{ match: 'Is it back?', ttftMs: 5000, text: 'Yes.' }])
  const round = () => Promise.all(Array.from({ length: 9 }, (_, index) => ask(index % 3, `Is it back? ${v7()}`)))
  const answered = async () => (await round()).filter(({ metadata }) => metadata?.status === 'complete').length
  await expect.poll(answered, { timeout: 60_000, interval: 250 }).toBeGreaterThan(0)
  const probes = callsWith('Is it back?')
  expect(probes).toHaveLength(1)
  // The breaker opens after the failures, and stays open for ten seconds.
  expect((probes[0]?.startedAt ?? 0) - askedAt).toBeGreaterThan(10_000)
  expect(await answered()).toBe(9)
})
