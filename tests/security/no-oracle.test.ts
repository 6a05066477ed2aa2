/**
 * Neither one user nor a group of colluding users must be able to find out whether another user has asked a question,
 * from the cache headers or from the response time. Neither the answer cache nor the cache of embeddings may be faster
 * for the questions of other users, and no provider may learn that the prompts of two users belong together.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prefer } from '@/tests/answer-cache/other-instance'
import { type Person, readAnswer, signUpMany, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { median } from '@/tests/services/median'
import { sameDistribution } from './kolmogorov-smirnov'

/** The numbers of colluding accounts. Each account is old enough to count and has its own network. */
const collusions = [1, 2, 3, 5]
/**
 * The number of asked and unasked questions for each group size. By default an answer is shared after 7 to 10 users
 * have asked its question; the number differs between questions.
 */
const probes = 16
/** The maximum number of other users that must ask before an answer is shared: twice ANSWER_CACHE_SHARE_AFTER. */
const alwaysEnough = 10
/** The number of asked and of unasked questions in one sample. */
const prompts = 120
/**
 * A sample of equal distributions falls below this probability once in a hundred times, and three samples in a row
 * once in a million times. A real difference will show in all three.
 */
const maxSamples = 3
const minProbability = 0.01
const maxGapMs = 5
/**
 * The minimum response time of an embedder or a model. A cached result would save this time, which
 * even a busy machine would reveal.
 */
const ttftMs = 12
const askersAtOnce = 8
const timeoutMs = 480_000

let goldfish: Goldfish
let ada: Person
let eve: Person
/** Includes Ada and Eve. Each account is two days old and has its own network. */
let crowd: Person[]
/** The same users without an X-Forwarded-For header. */
let people: Person[]
beforeAll(async () => {
  goldfish = await startGoldfish({
    env: {
      EMBEDDING_MODEL: 'stub-embeddings',
      ANSWER_CACHE_THRESHOLD: '0.5',
      ANSWER_CACHE_EMBED_TIMEOUT_MS: '5000',
      // The only proxy is the balancer, so the address before it is the one that a test writes.
      TRUSTED_PROXY_HOPS: '2',
    },
  })
  goldfish.stub.script([{ match: 'What is known', times: 1_000_000, ttftMs, tokens: 5 }])
  people = await signUpMany(goldfish.url, alwaysEnough + 3)
  crowd = people.map((person, index) => inNetwork(person, index))
  ;[ada, eve] = crowd as [Person, Person]
  // The setting under which most answers are shared has the highest risk.
  for (const person of crowd) await prefer(person, { answerCache: 'shared' })
  await age(crowd)
})
afterAll(() => goldfish?.stop())

/** The same user behind an address of this network. */
function inNetwork(person: Person, network: number): Person {
  const address = { 'x-forwarded-for': `10.0.${network}.7` }
  const { cookie, bearer, email } = person
  const through: Person['fetch'] = (path, init = {}) =>
    person.fetch(path, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...address } })
  const send: Person['send'] = async (request, text) => {
    const body = JSON.stringify({ message: userMessage(text ?? ''), ...request })
    return readAnswer(
      await through('/api/chat', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    )
  }
  return { email, cookie, bearer, fetch: through, send, messages: person.messages }
}

const age = (people: readonly Person[]) =>
  goldfish.sql(`update "user" set created_at = now() - interval '2 days' where email = any($1)`, [
    people.map(({ email }) => email),
  ])

const word = () => v7().replaceAll(/[^a-z]/g, '')
const newQuestions = (count: number) =>
  Array.from({ length: count }, (_, index) => `What is known about the lakes of ${word()} and ${word()} ${index}?`)

/**
 * Returns the milliseconds until the first byte of the answer. The rest is read too, so that it
 * does not slow the next request.
 */
async function timeToFirstByte(person: Person, text: string): Promise<number> {
  const body = JSON.stringify({
    conversationId: v7(),
    message: { id: v7(), role: 'user', parts: [{ type: 'text', text }] },
  })
  const startedAt = performance.now()
  const response = await person.fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const reader = response.body?.getReader()
  await reader?.read()
  const milliseconds = performance.now() - startedAt
  while (reader && !(await reader.read()).done);
  expect(response.headers.get('cache-status')).toBe('goldfish; fwd=miss')
  return milliseconds
}

/**
 * Asks questions that another user has asked and questions that no user has asked, alternately, so that other load on
 * the machine affects both kinds equally.
 */
async function takeSample(accounts: readonly Person[]) {
  const last = accounts.at(-1) ?? eve
  const [asked, unasked] = [newQuestions(prompts), newQuestions(prompts)]
  const askAll = async (person: Person, questions: readonly string[]) => {
    const remaining = questions.values()
    const askNext = async () => {
      for (const text of remaining) await person.send({ conversationId: v7() }, text)
    }
    await Promise.all(Array.from({ length: askersAtOnce }, askNext))
  }
  await askAll(ada, asked)
  for (const account of accounts.slice(0, -1)) await askAll(account, [...asked, ...unasked])
  const [known, unknown]: [number[], number[]] = [[], []]
  for (const [index, text] of asked.entries()) {
    const pair: [string, number[]][] = [
      [text, known],
      [unasked[index] ?? '', unknown],
    ]
    // The first request of a pair affects the second, so the order of the two kinds alternates.
    if (index % 2 === 1) pair.reverse()
    for (const [question, times] of pair) times.push(await timeToFirstByte(last, question))
  }
  const gapMs = Math.abs(median(known) - median(unknown))
  return { probability: sameDistribution(known, unknown), gapMs }
}

test.each([1, 5])(
  'a question that another user has asked takes %d colluding accounts as long as one that no user has asked',
  async (accounts) => {
    const observed: Awaited<ReturnType<typeof takeSample>>[] = []
    const isClean = ({ probability, gapMs }: (typeof observed)[number]) =>
      probability > minProbability && gapMs < maxGapMs
    while (observed.length < maxSamples && !observed.some(isClean))
      observed.push(await takeSample(crowd.slice(1, accounts + 1)))
    process.stderr.write(
      `${observed.map(({ probability, gapMs }) => `p ${probability.toFixed(3)}, ${gapMs.toFixed(2)} ms`)}\n`,
    )
    expect(observed.filter(isClean), JSON.stringify(observed)).not.toEqual([])
  },
  timeoutMs,
)

/**
 * Returns what colluding accounts observe for a question: each asks it, then each deletes its own answer and checks
 * whether there is still a cached one.
 */
async function observe(accounts: readonly Person[], text: string): Promise<string[]> {
  const seen: string[] = []
  const conversations: [Person, string][] = []
  for (const account of accounts) {
    const conversationId = v7()
    const { headers, cache } = await account.send({ conversationId }, text)
    seen.push(`${headers.get('cache-status')} ${JSON.stringify(cache)}`)
    conversations.push([account, conversationId])
  }
  for (const [account, conversationId] of conversations) {
    await account.fetch(`/api/conversations/${conversationId}`, { method: 'DELETE' })
    const { status, headers } = await account.send({ conversationId: v7(), cache: 'only' }, text)
    seen.push(`${status} ${headers.get('cache-status')}`)
  }
  return seen
}

test.each(collusions)(
  '%d colluding accounts observe the same for a question that another user has asked as for one that no user has asked',
  async (count) => {
    const accounts = crowd.slice(1, count + 1)
    const [asked, unasked] = [newQuestions(probes), newQuestions(probes)]
    for (const text of asked) await ada.send({ conversationId: v7() }, text)
    const seen = async (questions: readonly string[]) => {
      const all: string[][] = []
      for (const text of questions) all.push(await observe(accounts, text))
      return all
    }
    const ofAsked = await seen(asked)
    expect(ofAsked).toEqual(await seen(unasked))
    expect(ofAsked.flat().filter((line) => line.includes('hit'))).toEqual([])
  },
  timeoutMs,
)

test('an answer is shared after twice the configured number of other users asked, and two votes do not end that', async () => {
  const text = newQuestions(1)[0] ?? ''
  const [reader, voter, second, ...others] = crowd.toReversed() as [Person, Person, Person, ...Person[]]
  expect(others).toHaveLength(alwaysEnough)
  for (const person of others) await person.send({ conversationId: v7() }, text)
  for (const person of [voter, second]) {
    const { cache, messageId } = await person.send({ conversationId: v7() }, text)
    expect(cache).toMatchObject({ status: 'hit', layer: 'words', ageSeconds: 3600 })
    const body = JSON.stringify({ helpful: false })
    const headers = { 'content-type': 'application/json' }
    await person.fetch(`/api/messages/${messageId}/feedback`, { method: 'PUT', headers, body })
    expect((await person.send({ conversationId: v7(), cache: 'only' }, text)).status).toBe(504)
  }
  expect((await reader.send({ conversationId: v7() }, text)).cache?.status).toBe('hit')
})

test('accounts younger than a day and accounts of one network share no answers, however many there are', async () => {
  const young = (await signUpMany(goldfish.url, alwaysEnough)).map((person, index) => inNetwork(person, 100 + index))
  const neighbors = people.slice(0, alwaysEnough).map((person) => inNetwork(person, 200))
  for (const person of young) await prefer(person, { answerCache: 'shared' })
  for (const group of [young, neighbors]) {
    const text = newQuestions(1)[0] ?? ''
    for (const person of group) await person.send({ conversationId: v7() }, text)
    expect((await (crowd.at(-1) ?? eve).send({ conversationId: v7() }, text)).cache?.status).toBe('miss')
  }
})

test('calls the embedder for each user’s question, even if another user has asked the same one', async () => {
  const text = newQuestions(1)[0] ?? ''
  const callsOf = () => goldfish.stub.embeddingLog().filter(({ body }) => body.includes(text)).length
  await ada.send({ conversationId: v7() }, text)
  await expect.poll(callsOf).toBe(1)
  await eve.send({ conversationId: v7() }, text)
  await expect.poll(callsOf).toBe(2)
})

test('sends no provider a hint that the prompts of two users belong together', async () => {
  const text = newQuestions(1)[0] ?? ''
  const conversationId = v7()
  await ada.send({ conversationId }, text)
  await eve.send({ conversationId }, text)
  const bodies = goldfish.stub
    .log()
    .map(({ body }) => body)
    .filter((body) => body.includes(text))
    .map((body) => JSON.parse(body) as Record<string, unknown>)
  expect(bodies).toHaveLength(2)
  const [hers, own] = bodies.map(({ messages: _, ...settings }) => settings)
  const hints = [hers, own].map((settings) => settings?.prompt_cache_key ?? null)
  if (hints[0] !== null) expect(hints[0]).not.toBe(hints[1])
  const { prompt_cache_key: _, ...rest } = hers ?? {}
  const { prompt_cache_key: __, ...others } = own ?? {}
  expect(rest).toEqual(others)
  const people = await goldfish.sql<{ id: string; email: string }>('select id, email from "user"')
  for (const { id, email } of people)
    for (const body of bodies) {
      expect(JSON.stringify(body)).not.toContain(id)
      expect(JSON.stringify(body)).not.toContain(email)
    }
})
