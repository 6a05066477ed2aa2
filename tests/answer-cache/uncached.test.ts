/**
 * Answers that must not be cached: the message metadata must show it, Redis must hold no keys,
 * and the next turn misses.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Person, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { prefer } from './other-instance'

const directory = mkdtempSync(join(tmpdir(), 'goldfish-uncached-'))
const catalog = join(directory, 'models.json')
writeFileSync(catalog, JSON.stringify([{ id: 'stub-model' }, { id: 'short-model', maxOutputTokens: 256 }]))

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({
    env: { MODEL_CATALOG_FILE: catalog, FALLBACK_MODEL: 'fallback-model', ANSWER_CACHE_SHARE_AFTER: '1' },
  })
})
afterAll(async () => {
  await goldfish?.stop()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(async () => {
  ada = await signUp(goldfish.url)
  await prefer(ada, { answerCache: 'shared' })
  await goldfish.redis.flushall()
  goldfish.stub.reset()
})

const ask = (text: string, more: object = {}) => ada.send({ conversationId: v7(), ...more }, text)
/** Lists the entries, pointers, askers and vectors in private (`u`) or shared (`s`) scopes. */
const cacheKeys = (owner: 'u' | 's' | '*') => goldfish.redis.keys(`gf:1:{${owner}*}:[exwkbv]*`)

test('a complete answer is cached, so the other tests of this file are meaningful', async () => {
  expect((await ask('Tell me a story of a goldfish')).metadata?.cacheStored).toBe(true)
  expect((await cacheKeys('u')).length).toBeGreaterThan(0)
  expect((await cacheKeys('s')).length).toBeGreaterThan(0)
})

test.each([
  ['cut off', '[stub:cut=5] Tell me a story of a goldfish', {}],
  ['missing a finish event', '[stub:end=5] Tell me a story of a goldfish', {}],
  ['interrupted by an error', '[stub:error=5] Tell me a story of a goldfish', {}],
  ['garbled', '[stub:garbage=5] Tell me a story of a goldfish', {}],
  ['empty', '[stub:empty] Tell me a story of a goldfish', {}],
  ['rejected by the model provider', '[stub:400] Tell me a story of a goldfish', {}],
  ['truncated at the output limit', '[stub:tokens=400] Tell me a story of a goldfish', { model: 'short-model' }],
  ['generated with a writing tool call', '[stub:tool=create_todo {"title":"Milk"}] Tell me a story of a goldfish', {}],
  ['generated with a reading tool call', '[stub:tool=list_todos {}] Tell me a story of a goldfish', {}],
  ['generated with a failed tool call', '[stub:tool=launch {}] Tell me a story of a goldfish', {}],
  ['waiting for an approval', `[stub:tool=delete_todo {"id":"${v7()}"}] Tell me a story of a goldfish`, {}],
  ['time-dependent', 'What is the weather in Rome right now?', {}],
  ['time-dependent in a language without rules', 'Wie ist heute das Wetter in Rom?', {}],
])('an answer that is %s is not cached', async (_, text, more) => {
  const first = await ask(text, more)
  expect(first.status).toBe(200)
  expect(first.metadata?.cacheStored ?? false).toBe(false)
  expect(await cacheKeys('*')).toEqual([])
  expect((await ask(text, more)).cache).toMatchObject({ status: 'miss' })
})

test('an answer of the fallback model is not cached', async () => {
  const text = 'Tell me a story of a goldfish'
  goldfish.stub.script([{ status: 500, times: 2 }])
  const first = await ask(text)
  expect(first.metadata).toMatchObject({ model: 'fallback-model', cacheStored: false })
  expect(await cacheKeys('*')).toEqual([])
})

test('answers after a tool call are neither shared nor found in another conversation', async () => {
  const converse = async (first: string) => {
    const conversationId = v7()
    await ada.send({ conversationId }, first)
    return ada.send({ conversationId }, 'What is the capital of Norway?')
  }
  const first = '[stub:tool=list_todos {}] Tell me a story of a goldfish'
  await converse(first)
  expect(await cacheKeys('s')).toEqual([])
  expect((await converse(first)).cache?.status).toBe('miss')
})

test('an answer that was stopped is not cached', async () => {
  const conversationId = v7()
  const text = '[stub:tokens=2000] [stub:gap=20] Tell me a story of a goldfish'
  const running = ada.send({ conversationId }, text)
  await expect.poll(async () => (await ada.messages(conversationId).catch(() => []))[0]?.parts.length ?? 0).toBe(1)
  await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })
  expect((await running).metadata).toMatchObject({ status: 'stopped', cacheStored: false })
  expect(await cacheKeys('*')).toEqual([])
})

test('no answers are cached for a user who has switched the cache off', async () => {
  await prefer(ada, { answerCache: 'off' })
  await ask('Tell me a story of a goldfish')
  expect(await cacheKeys('*')).toEqual([])
})

describe('private answers', () => {
  test.each([
    ['the user’s own things', 'What should I feed my goldfish?'],
    ['an e-mail address', 'Write to ada@example.com about the goldfish, please'],
    ['a telephone number', 'What is the area of +44 20 7946 0958 in town?'],
    ['a named person', 'What did Mrs Lovelace say about the goldfish?'],
    ['an everyday matter in a language without rules', 'Was frisst ein Goldfisch am liebsten?'],
  ])('the answer to a question about %s is cached but not shared', async (_, text) => {
    const first = await ask(text)
    expect(first.metadata?.cacheStored).toBe(true)
    expect(await cacheKeys('s')).toEqual([])
    const eve = await signUp(goldfish.url)
    await prefer(eve, { answerCache: 'shared' })
    expect((await eve.send({ conversationId: v7() }, text)).cache?.status).toBe('miss')
    expect((await ask(text)).cache?.status).toBe('hit')
  })

  test('answers after a personal question are not shared', async () => {
    const converse = async (person: Person) => {
      const conversationId = v7()
      await person.send({ conversationId }, 'What should I feed my goldfish?')
      return person.send({ conversationId }, 'What is the capital of Norway?')
    }
    await converse(ada)
    expect(await cacheKeys('s')).toEqual([])
    const eve = await signUp(goldfish.url)
    await prefer(eve, { answerCache: 'shared' })
    expect((await converse(eve)).cache?.status).toBe('miss')
  })
})

test('the reasoning of the model is not cached', async () => {
  const text = '[stub:reasoning] Tell me a story of a goldfish'
  const first = await ask(text)
  expect(first.chunks.some(({ type }) => type === 'reasoning-delta')).toBe(true)
  const again = await ask(text)
  expect(again).toMatchObject({ cache: { status: 'hit' }, text: first.text })
  expect(again.chunks.some(({ type }) => type === 'reasoning-delta')).toBe(false)
})
