import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UsageSummary } from '@/lib/contract/api'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

let goldfish: Goldfish
beforeAll(async () => {
  goldfish = await startGoldfish()
})
afterAll(() => goldfish?.stop())

const usage = async (person: Person, query = '') =>
  (await (await person.fetch(`/api/usage${query}`)).json()) as UsageSummary

test('the usage summary has the user’s own turns, their tokens, and the savings of the answer cache', async () => {
  const [ada, eve] = [await signUp(goldfish.url), await signUp(goldfish.url)]
  expect(await usage(ada)).toEqual({
    days: 30,
    turns: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    hits: { exact: 0, words: 0, semantic: 0 },
    hitRatio: null,
    savedUsd: 0,
    savedMs: 0,
    background: { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
    cache: {},
  })
  const ask = (text: string, cache: 'default' | 'bypass' = 'default') => ada.send({ conversationId: v7(), cache }, text)
  const first = await ask('What is a goldfish?')
  await ask('What is a goldfish?')
  await ask('what’s a goldfish')
  await ask('What is a goldfish?', 'bypass')
  await ask('What is the weather?')
  const { inputTokens = 0, outputTokens = 0 } = first.metadata?.usage ?? {}

  // The counters may be written after the answer has ended.
  await expect.poll(async () => (await usage(ada)).cache.lookups).toBe(4)
  const seen = await usage(ada, '?days=1')
  expect(seen).toMatchObject({ turns: 5, hits: { exact: 1, words: 1, semantic: 0 }, hitRatio: 0.4 })
  expect(seen.inputTokens).toBeGreaterThan(inputTokens)
  expect(seen.savedMs).toBeGreaterThan(0)
  expect(seen.cache).toMatchObject({
    'hit:exact': 1,
    'hit:words': 1,
    'miss:absent': 1,
    'miss:time_dependent': 1,
    stored: 2,
    saved_tokens: 2 * (inputTokens + outputTokens),
  })
  expect((await usage(eve)).turns).toBe(0)
  expect((await usage(eve)).cache).toEqual({})
})

test('invalid usage queries are rejected, and the cache counters are empty while Redis is down', async () => {
  const ada = await signUp(goldfish.url)
  for (const query of ['?days=0', '?days=91', '?days=x', '?days=1&userId=eve'])
    expect((await ada.fetch(`/api/usage${query}`)).status).toBe(400)
  await ada.send({ conversationId: v7() }, 'What is a goldfish?')
  await goldfish.redisServer.stop({ force: true })
  expect(await usage(ada)).toMatchObject({ turns: 1, cache: {} })
})
