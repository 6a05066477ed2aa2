/** L02: a model that fails on one instance is left alone by all, until one call finds that it is back. */
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

test('ten failures on one instance, and the others do not call; one probe at a time, and it closes by itself', {
  timeout: 120_000,
}, async () => {
  // What a process does for the first time takes longer; how quickly the others refuse is measured below.
  for (const place of [0, 1, 2]) expect((await ask(place, `Good morning ${place}`)).error).toBeNull()
  const askedAt = Date.now()
  const failed = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(0, `[stub:500] Failure ${index}`)))
  expect(failed.map(({ error }) => error?.code)).toEqual(Array.from({ length: 10 }, () => 'provider_error'))

  // Both know it from their very first ask on; the median, since this machine has other work too.
  const tookMs = new Map<number, number[]>([1, 2].map((place) => [place, []]))
  for (let times = 0; times < 5; times += 1)
    for (const [place, took] of tookMs) {
      const startedAt = Date.now()
      expect((await ask(place, 'Is anybody there?')).error).toMatchObject({ code: 'provider_error', retryable: true })
      took.push(Date.now() - startedAt)
    }
  for (const took of tookMs.values()) expect(median(took), `${took}`).toBeLessThan(200)
  expect(callsWith('Is anybody there?')).toEqual([])

  // It is back, but slow to say the first word, slower than a busy machine is to ask: whoever comes meanwhile must not call.
  goldfish.stub.script([{ match: 'Is it back?', ttftMs: 5000, text: 'Yes.' }])
  const round = () => Promise.all(Array.from({ length: 9 }, (_, index) => ask(index % 3, `Is it back? ${v7()}`)))
  const answered = async () => (await round()).filter(({ metadata }) => metadata?.status === 'complete').length
  await expect.poll(answered, { timeout: 60_000, interval: 250 }).toBeGreaterThan(0)
  const probes = callsWith('Is it back?')
  expect(probes).toHaveLength(1)
  // It opened after that, for ten seconds.
  expect((probes[0]?.startedAt ?? 0) - askedAt).toBeGreaterThan(10_000)
  expect(await answered()).toBe(9)
})
