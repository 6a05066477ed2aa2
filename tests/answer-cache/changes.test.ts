/** C06, C07, C11: what an answer depends on has changed, its time is over, or it was found wrong. Then it is not served. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Person, signUp } from '@/tests/integration/chat-client'
import { startAppInstance } from '@/tests/services/app-instance'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { personOn, prefer, startOtherInstance } from './other-instance'

const directory = mkdtempSync(join(tmpdir(), 'goldfish-changes-'))
const written = (name: string, text: string) => {
  const file = join(directory, name)
  writeFileSync(file, text)
  return file
}
const catalog = written('models.json', JSON.stringify([{ id: 'stub-model' }, { id: 'other-model' }]))
const prompt = written('prompt.md', 'You are a carp. Answer in one word.')

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ env: { MODEL_CATALOG_FILE: catalog } })
})
afterAll(async () => {
  await goldfish?.stop()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  goldfish.stub.reset()
  goldfish.stub.script([{ match: '', times: 1_000_000, echo: true }])
})

const question = 'What is the capital of Norway?'
const ask = (person: Person, more: object = {}) => person.send({ conversationId: v7(), ...more }, question)
const statusOf = async (person: Person, more: object = {}) => (await ask(person, more)).cache?.status
const rate = (person: Person, messageId: string | null) =>
  person.fetch(`/api/messages/${messageId}/feedback`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"helpful":false}',
  })
const entryKeys = () => goldfish.redis.keys('gf:1:{*}:e:*')

describe('asked again after a change it is a miss, and a hit again where nothing has changed:', () => {
  /** `change` hands back the person at whom, or the request with which, everything is different. */
  async function expectMissAfter(change: () => Promise<{ person?: Person; more?: object }>, isBack = true) {
    expect(await statusOf(ada)).toBe('miss')
    expect(await statusOf(ada)).toBe('hit')
    const { person = ada, more = {} } = await change()
    expect(await statusOf(person, more)).toBe('miss')
    // It has its own place, and has taken nobody's.
    expect(await statusOf(person, more)).toBe('hit')
    if (isBack) expect(await statusOf(ada)).toBe('hit')
  }
  const instance = async (settings: Record<string, string>) => ({
    person: personOn(goldfish, await startOtherInstance(goldfish, settings), ada),
  })

  test('another model, by request', () => expectMissAfter(async () => ({ more: { model: 'other-model' } })))

  test('another model, by preference', () =>
    expectMissAfter(async () => {
      await prefer(ada, { model: 'other-model' })
      return {}
    }))

  test('another default model', () => expectMissAfter(() => instance({ CHAT_MODEL: 'other-model' })))

  test('another system prompt', () => expectMissAfter(() => instance({ SYSTEM_PROMPT_FILE: prompt })))

  test('another embedder', () => expectMissAfter(() => instance({ EMBEDDING_MODEL: 'stub-embeddings' })))

  test('another secret', () =>
    expectMissAfter(() => instance({ ANSWER_CACHE_KEYS: `test:${randomBytes(32).toString('base64')}` })))
})

test('who switches the cache off is not served from it, and is again when it is on', async () => {
  await ask(ada)
  await prefer(ada, { answerCache: 'off' })
  expect(await statusOf(ada)).toBe('bypass')
  await prefer(ada, { answerCache: 'private' })
  expect(await statusOf(ada)).toBe('hit')
})

describe('an answer', () => {
  test('whose time is over is gone', async () => {
    await goldfish.redis.flushall()
    await ask(ada)
    const [key = ''] = await entryKeys()
    await goldfish.redis.pexpire(key, 1)
    await expect.poll(() => goldfish.redis.exists(key)).toBe(0)
    expect(await statusOf(ada)).toBe('miss')
  })

  test('that was found wrong is gone from Redis, not only from sight', async () => {
    await goldfish.redis.flushall()
    const first = await ask(ada)
    expect(await entryKeys()).toHaveLength(1)
    expect((await rate(ada, first.messageId)).status).toBe(200)
    expect(await entryKeys()).toEqual([])
    expect(await statusOf(ada)).toBe('miss')
  })

  test('that was asked for anew is a new one, and from then on the one that is served', async () => {
    const conversationId = v7()
    const first = await ada.send({ conversationId }, question)
    const again = await ada.send({
      conversationId,
      trigger: 'regenerate-message',
      messageId: first.messageId ?? '',
      turnId: v7(),
    })
    expect(again.headers.get('cache-status')).toBe('goldfish; fwd=bypass')
    expect(again.text).not.toBe(first.text)
    expect((await ask(ada)).text).toBe(again.text)
  })

  test('cannot be taken from its owner by what somebody else thinks of it', async () => {
    const eve = await signUp(goldfish.url)
    const hers = await ask(ada)
    expect((await rate(eve, hers.messageId)).status).toBe(404)
    const own = await ask(eve)
    expect(own.text).not.toBe(hers.text)
    expect((await rate(eve, own.messageId)).status).toBe(200)
    expect(await ask(ada)).toMatchObject({ cache: { status: 'hit' }, text: hers.text })
    // Nor by one whose preference is to share, before the two have the same.
    await prefer(eve, { answerCache: 'shared' })
    const shared = await ask(eve)
    expect((await rate(eve, shared.messageId)).status).toBe(200)
    expect(await ask(ada)).toMatchObject({ cache: { status: 'hit' }, text: hers.text })
  })
})

test('a new key is put in front under load and the old one dropped: hits, then misses, never an error', async () => {
  const key = () => randomBytes(32).toString('base64')
  const [one, two] = [`one:${key()}`, `two:${key()}`]
  const only = await startOtherInstance(goldfish, { ANSWER_CACHE_KEYS: one })
  const instances = [only]
  const questions = ['What is the capital of Norway?', 'What is the capital of Chile?', 'What is the capital of Kenya?']
  const at = (index: number) => personOn(goldfish, instances[index % instances.length], ada)
  for (const text of questions) await at(0).send({ conversationId: v7() }, text)

  let isOver = false
  const seen: (string | undefined)[] = []
  const load = questions.map(async (text) => {
    for (let turn = 0; !isOver; turn += 1) {
      const { status, error, cache } = await at(turn).send({ conversationId: v7() }, text)
      seen.push(status === 200 && !error ? cache?.status : `${status} ${error?.code}`)
    }
  })
  const someMore = () => {
    const enough = seen.length + 12
    return expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(enough)
  }
  await someMore()
  // Both are there while the one takes over from the other.
  instances.push(await startOtherInstance(goldfish, { ANSWER_CACHE_KEYS: `${two},${one}` }))
  await someMore()
  instances.shift()
  await someMore()
  isOver = true
  await Promise.all(load)
  expect(new Set(seen)).toEqual(new Set(['hit']))

  // What is stored from now on only the new key opens.
  await at(0).send({ conversationId: v7() }, 'What is the capital of Iceland?')
  instances.splice(0, 1, await startOtherInstance(goldfish, { ANSWER_CACHE_KEYS: two }))
  for (const text of [...questions, 'What is the capital of Iceland?']) {
    const asked = () => at(0).send({ conversationId: v7() }, text)
    expect(await asked()).toMatchObject({ status: 200, error: null, cache: { status: 'miss' } })
    expect(await asked()).toMatchObject({ status: 200, error: null, cache: { status: 'hit' } })
  }
})

test('a process whose key is unknown to the others starts, serves, and leaves theirs alone', async () => {
  const first = await ask(ada)
  const stranger = await startAppInstance({ ...goldfish.env, ANSWER_CACHE_KEYS: `x:${'A'.repeat(43)}=` })
  try {
    expect(await statusOf(personOn(goldfish, stranger, ada))).toBe('miss')
  } finally {
    await stranger.kill()
  }
  expect(await ask(ada)).toMatchObject({ cache: { status: 'hit' }, text: first.text })
})
