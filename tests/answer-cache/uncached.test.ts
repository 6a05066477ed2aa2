/** C10: what must not be kept is not kept. The answer says so, Redis holds nothing of it, and the next asker is no hit. */
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
/** Entries, what points to them, and who asked: nothing of a question that is not kept. */
const kept = (whose: 'u' | 's' | '*') => goldfish.redis.keys(`gf:1:{${whose}*}:[exwkbv]*`)

test('the same question, answered well, is kept: otherwise nothing here would mean anything', async () => {
  expect((await ask('Tell me a story of a goldfish')).metadata?.cacheStored).toBe(true)
  expect((await kept('u')).length).toBeGreaterThan(0)
  expect((await kept('s')).length).toBeGreaterThan(0)
})

test.each([
  ['cut', '[stub:cut=5] Tell me a story of a goldfish', {}],
  ['ended without an end', '[stub:end=5] Tell me a story of a goldfish', {}],
  ['broken off by an error', '[stub:error=5] Tell me a story of a goldfish', {}],
  ['garbled', '[stub:garbage=5] Tell me a story of a goldfish', {}],
  ['empty', '[stub:empty] Tell me a story of a goldfish', {}],
  ['refused by the model’s server', '[stub:400] Tell me a story of a goldfish', {}],
  ['longer than the model may', '[stub:tokens=400] Tell me a story of a goldfish', { model: 'short-model' }],
  ['made with a tool that writes', '[stub:tool=create_todo {"title":"Milk"}] Tell me a story of a goldfish', {}],
  ['made with a tool that reads', '[stub:tool=list_todos {}] Tell me a story of a goldfish', {}],
  ['made with a tool that failed', '[stub:tool=launch {}] Tell me a story of a goldfish', {}],
  ['waiting to be allowed something', `[stub:tool=delete_todo {"id":"${v7()}"}] Tell me a story of a goldfish`, {}],
  ['about the hour', 'What is the weather in Rome right now?', {}],
  ['about the hour in a language without rules', 'Wie ist heute das Wetter in Rom?', {}],
])('an answer that is %s', async (_, text, more) => {
  const first = await ask(text, more)
  expect(first.status).toBe(200)
  expect(first.metadata?.cacheStored ?? false).toBe(false)
  expect(await kept('*')).toEqual([])
  expect((await ask(text, more)).cache).toMatchObject({ status: 'miss' })
})

test('an answer of the model that stands in for another', async () => {
  const text = 'Tell me a story of a goldfish'
  goldfish.stub.script([{ status: 500, times: 2 }])
  const first = await ask(text)
  expect(first.metadata).toMatchObject({ model: 'fallback-model', cacheStored: false })
  expect(await kept('*')).toEqual([])
})

test('what follows an answer that used a tool is nobody else’s, and found again only there', async () => {
  const talk = async (first: string) => {
    const conversationId = v7()
    await ada.send({ conversationId }, first)
    return ada.send({ conversationId }, 'What is the capital of Norway?')
  }
  const first = '[stub:tool=list_todos {}] Tell me a story of a goldfish'
  await talk(first)
  expect(await kept('s')).toEqual([])
  expect((await talk(first)).cache?.status).toBe('miss')
})

test('an answer that was stopped', async () => {
  const conversationId = v7()
  const text = '[stub:tokens=2000] [stub:gap=20] Tell me a story of a goldfish'
  const running = ada.send({ conversationId }, text)
  await expect.poll(async () => (await ada.messages(conversationId).catch(() => []))[0]?.parts.length ?? 0).toBe(1)
  await ada.fetch(`/api/chat/${conversationId}/stop`, { method: 'POST' })
  expect((await running).metadata).toMatchObject({ status: 'stopped', cacheStored: false })
  expect(await kept('*')).toEqual([])
})

test('an answer for somebody who wants none kept', async () => {
  await prefer(ada, { answerCache: 'off' })
  await ask('Tell me a story of a goldfish')
  expect(await kept('*')).toEqual([])
})

describe('never for everybody:', () => {
  test.each([
    ['one’s own', 'What should I feed my goldfish?'],
    ['an address', 'Write to ada@example.com about the goldfish, please'],
    ['a telephone number', 'What is the area of +44 20 7946 0958 in town?'],
    ['a person', 'What did Mrs Lovelace say about the goldfish?'],
    ['a language without rules', 'Was frisst ein Goldfisch am liebsten?'],
  ])('%s', async (_, text) => {
    const first = await ask(text)
    expect(first.metadata?.cacheStored).toBe(true)
    expect(await kept('s')).toEqual([])
    const eve = await signUp(goldfish.url)
    await prefer(eve, { answerCache: 'shared' })
    expect((await eve.send({ conversationId: v7() }, text)).cache?.status).toBe('miss')
    expect((await ask(text)).cache?.status).toBe('hit')
  })

  test('what follows something of one’s own', async () => {
    const talk = async (person: Person) => {
      const conversationId = v7()
      await person.send({ conversationId }, 'What should I feed my goldfish?')
      return person.send({ conversationId }, 'What is the capital of Norway?')
    }
    await talk(ada)
    expect(await kept('s')).toEqual([])
    const eve = await signUp(goldfish.url)
    await prefer(eve, { answerCache: 'shared' })
    expect((await talk(eve)).cache?.status).toBe('miss')
  })
})

test('a model’s reasoning is not kept with its answer', async () => {
  const text = '[stub:reasoning] Tell me a story of a goldfish'
  const first = await ask(text)
  expect(first.chunks.some(({ type }) => type === 'reasoning-delta')).toBe(true)
  const again = await ask(text)
  expect(again).toMatchObject({ cache: { status: 'hit' }, text: first.text })
  expect(again.chunks.some(({ type }) => type === 'reasoning-delta')).toBe(false)
})
