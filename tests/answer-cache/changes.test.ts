/** A cached answer must not be served if its origin has changed, it has expired, or its user has voted it down. */
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
const writeTempFile = (name: string, text: string) => {
  const file = join(directory, name)
  writeFileSync(file, text)
  return file
}
const catalog = writeTempFile('models.json', JSON.stringify([{ id: 'stub-model' }, { id: 'other-model' }]))
const prompt = writeTempFile('prompt.md', 'You are a carp. Answer in one word.')

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

describe('changes of the origin', () => {
  /** `change` returns the person or the request options for which the origin has changed. */
  async function expectMissAfter(change: () => Promise<{ person?: Person; more?: object }>, isBack = true) {
    expect(await statusOf(ada)).toBe('miss')
    expect(await statusOf(ada)).toBe('hit')
    const { person = ada, more = {} } = await change()
    expect(await statusOf(person, more)).toBe('miss')
    // The new answer must have its own entry and must not replace the old one.
    expect(await statusOf(person, more)).toBe('hit')
    if (isBack) expect(await statusOf(ada)).toBe('hit')
  }
  const instance = async (settings: Record<string, string>) => ({
    person: personOn(goldfish, await startOtherInstance(goldfish, settings), ada),
  })

  test('a request with another model misses the cache', () =>
    expectMissAfter(async () => ({ more: { model: 'other-model' } })))

  test('a preference for another model misses the cache', () =>
    expectMissAfter(async () => {
      await prefer(ada, { model: 'other-model' })
      return {}
    }))

  test('another default model misses the cache', () => expectMissAfter(() => instance({ CHAT_MODEL: 'other-model' })))

  test('another system prompt misses the cache', () => expectMissAfter(() => instance({ SYSTEM_PROMPT_FILE: prompt })))

  test('another embedder misses the cache', () =>
    expectMissAfter(() => instance({ EMBEDDING_MODEL: 'stub-embeddings' })))

  test('another encryption key misses the cache', () =>
    expectMissAfter(() => instance({ ANSWER_CACHE_KEYS: `test:${randomBytes(32).toString('base64')}` })))
})

test('a user who switches the cache off is not served from it until it is switched on again', async () => {
  await ask(ada)
  await prefer(ada, { answerCache: 'off' })
  expect(await statusOf(ada)).toBe('bypass')
  await prefer(ada, { answerCache: 'private' })
  expect(await statusOf(ada)).toBe('hit')
})

describe('cached answers', () => {
  test('an answer is not served after its TTL', async () => {
    await goldfish.redis.flushall()
    await ask(ada)
    const [key = ''] = await entryKeys()
    await goldfish.redis.pexpire(key, 1)
    await expect.poll(() => goldfish.redis.exists(key)).toBe(0)
    expect(await statusOf(ada)).toBe('miss')
  })

  test('a downvote deletes the answer from Redis', async () => {
    await goldfish.redis.flushall()
    const first = await ask(ada)
    expect(await entryKeys()).toHaveLength(1)
    expect((await rate(ada, first.messageId)).status).toBe(200)
    expect(await entryKeys()).toEqual([])
    expect(await statusOf(ada)).toBe('miss')
  })

  test('a regenerated answer bypasses the cache and replaces the cached one', async () => {
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

  test('the downvote of another user does not remove an answer of its owner', async () => {
    const eve = await signUp(goldfish.url)
    const hers = await ask(ada)
    expect((await rate(eve, hers.messageId)).status).toBe(404)
    const own = await ask(eve)
    expect(own.text).not.toBe(hers.text)
    expect((await rate(eve, own.messageId)).status).toBe(200)
    expect(await ask(ada)).toMatchObject({ cache: { status: 'hit' }, text: hers.text })
    // A vote on the other user's own answer in shared mode must not affect the owner either.
    await prefer(eve, { answerCache: 'shared' })
    const shared = await ask(eve)
    expect((await rate(eve, shared.messageId)).status).toBe(200)
    expect(await ask(ada)).toMatchObject({ cache: { status: 'hit' }, text: hers.text })
  })
})

test('rotating keys under load causes only hits and later misses, but no errors', async () => {
  const key = () => randomBytes(32).toString('base64')
  const [one, two] = [`one:${key()}`, `two:${key()}`]
  const only = await startOtherInstance(goldfish, { ANSWER_CACHE_KEYS: one })
  const instances = [only]
  const questions = ['What is the capital of Norway?', 'What is the capital of Chile?', 'What is the capital of Kenya?']
  const at = (index: number) => personOn(goldfish, instances[index % instances.length], ada)
  for (const text of questions) await at(0).send({ conversationId: v7() }, text)

  let isStopped = false
  const seen: (string | undefined)[] = []
  const load = questions.map(async (text) => {
    for (let turn = 0; !isStopped; turn += 1) {
      const { status, error, cache } = await at(turn).send({ conversationId: v7() }, text)
      seen.push(status === 200 && !error ? cache?.status : `${status} ${error?.code}`)
    }
  })
  const waitForMore = () => {
    const enough = seen.length + 12
    return expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(enough)
  }
  await waitForMore()
  // During a rolling deployment, instances with the old and the new configuration run side by side.
  instances.push(await startOtherInstance(goldfish, { ANSWER_CACHE_KEYS: `${two},${one}` }))
  await waitForMore()
  instances.shift()
  await waitForMore()
  isStopped = true
  await Promise.all(load)
  expect(new Set(seen)).toEqual(new Set(['hit']))

  // Answers that are stored from now on can only be decrypted with the new key.
  await at(0).send({ conversationId: v7() }, 'What is the capital of Iceland?')
  instances.splice(0, 1, await startOtherInstance(goldfish, { ANSWER_CACHE_KEYS: two }))
  for (const text of [...questions, 'What is the capital of Iceland?']) {
    const asked = () => at(0).send({ conversationId: v7() }, text)
    expect(await asked()).toMatchObject({ status: 200, error: null, cache: { status: 'miss' } })
    expect(await asked()).toMatchObject({ status: 200, error: null, cache: { status: 'hit' } })
  }
})

test('an instance with a different key works and leaves the entries of the others intact', async () => {
  const first = await ask(ada)
  const otherInstance = await startAppInstance({ ...goldfish.env, ANSWER_CACHE_KEYS: `x:${'A'.repeat(43)}=` })
  try {
    expect(await statusOf(personOn(goldfish, otherInstance, ada))).toBe('miss')
  } finally {
    await otherInstance.kill()
  }
  expect(await ask(ada)).toMatchObject({ cache: { status: 'hit' }, text: first.text })
})
