/** L02: a model that fails on one instance is left alone by all, until one call finds that it is back. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

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

test('ten failures on one instance, and the others do not call; one probe at a time, and it closes by itself', async () => {
  // What a process does for the first time takes longer; how quickly the others refuse is measured below.
  for (const place of [0, 1, 2]) expect((await ask(place, `Good morning ${place}`)).error).toBeNull()
  const failed = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(0, `[stub:500] Failure ${index}`)))
  const openedAt = Date.now()
  expect(failed.map(({ error }) => error?.code)).toEqual(Array.from({ length: 10 }, () => 'provider_error'))

  for (const place of [1, 2]) {
    const startedAt = Date.now()
    expect((await ask(place, 'Is anybody there?')).error).toMatchObject({ code: 'provider_error', retryable: true })
    expect(Date.now() - startedAt).toBeLessThan(200)
  }
  expect(Date.now() - openedAt).toBeLessThan(1000)
  expect(callsWith('Is anybody there?')).toEqual([])

  // It is back, but slow to say the first word: whoever comes meanwhile must not call as well.
  goldfish.stub.script([{ match: 'Is it back?', ttftMs: 1000, text: 'Yes.' }])
  const round = () => Promise.all(Array.from({ length: 9 }, (_, index) => ask(index % 3, `Is it back? ${v7()}`)))
  const answered = async () => (await round()).filter(({ error }) => error === null).length
  await expect.poll(answered, { timeout: 20_000, interval: 250 }).toBeGreaterThan(0)
  expect(callsWith('Is it back?')).toHaveLength(1)
  expect(Date.now() - openedAt).toBeGreaterThan(9000)
  expect(await answered()).toBe(9)
})
