/**
 * C08, C09: nobody learns from the time an answer takes whether somebody else has asked the same. Neither the answer cache
 * nor the cache of embeddings may be quicker for what another has asked, and no provider is told that two users' prompts
 * belong together.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prefer } from '@/tests/answer-cache/other-instance'
import { type Person, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { median } from '@/tests/services/median'
import { sameDistribution } from './kolmogorov-smirnov'

/** Of each kind in one sample. */
const prompts = 200
/** Of equal distributions one sample in a hundred is doubted. Three in a row are one in a million, an oracle is all three. */
const samples = 3
const leastProbability = 0.01
const largestGapMs = 5
/** What an embedder or a model of one's own takes at least. Whoever is spared it is told so, however busy the machine is. */
const ttftMs = 12
const askersAtOnce = 8
const patienceMs = 480_000

let goldfish: Goldfish
let ada: Person
let eve: Person
beforeAll(async () => {
  goldfish = await startGoldfish({
    env: { EMBEDDING_MODEL: 'stub-embeddings', ANSWER_CACHE_THRESHOLD: '0.5', ANSWER_CACHE_EMBED_TIMEOUT_MS: '5000' },
  })
  goldfish.stub.script([{ match: 'What is known', times: 1_000_000, ttftMs, tokens: 5 }])
  ada = await signUp(goldfish.url)
  eve = await signUp(goldfish.url)
  // Where answers are shared there is most to be told.
  for (const person of [ada, eve]) await prefer(person, { answerCache: 'shared' })
})
afterAll(() => goldfish?.stop())

const word = () => v7().replaceAll(/[^a-z]/g, '')
const newQuestions = () =>
  Array.from({ length: prompts }, (_, index) => `What is known about the lakes of ${word()} and ${word()} ${index}?`)

/** Milliseconds until the first byte of the answer. The rest is read, so that nothing of it is under way when the next begins. */
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

/** Asks what another has asked and what nobody has, in turns, so that whatever else the machine does hits both alike. */
async function takeSample() {
  const [asked, unasked] = [newQuestions(), newQuestions()]
  const left = asked.values()
  const askNext = async () => {
    for (const text of left) await ada.send({ conversationId: v7() }, text)
  }
  await Promise.all(Array.from({ length: askersAtOnce }, askNext))
  const [known, unknown]: [number[], number[]] = [[], []]
  for (const [index, text] of asked.entries()) {
    const pair: [string, number[]][] = [
      [text, known],
      [unasked[index] ?? '', unknown],
    ]
    // Who is second finds the process as the first has left it: each is first as often as the other.
    if (index % 2 === 1) pair.reverse()
    for (const [question, times] of pair) times.push(await timeToFirstByte(eve, question))
  }
  const gapMs = Math.abs(median(known) - median(unknown))
  return { probability: sameDistribution(known, unknown), gapMs }
}

test(
  'what another has asked takes as long as what nobody has',
  async () => {
    const taken: Awaited<ReturnType<typeof takeSample>>[] = []
    const isClean = ({ probability, gapMs }: (typeof taken)[number]) =>
      probability > leastProbability && gapMs < largestGapMs
    while (taken.length < samples && !taken.some(isClean)) taken.push(await takeSample())
    process.stderr.write(
      `${taken.map(({ probability, gapMs }) => `p ${probability.toFixed(3)}, ${gapMs.toFixed(2)} ms`)}\n`,
    )
    expect(taken.filter(isClean), JSON.stringify(taken)).not.toEqual([])
  },
  patienceMs,
)

test('the embedder is asked for each user’s question, whoever has asked the same', async () => {
  const text = newQuestions()[0] ?? ''
  const callsOf = () => goldfish.stub.embeddingLog().filter(({ body }) => body.includes(text)).length
  await ada.send({ conversationId: v7() }, text)
  await expect.poll(callsOf).toBe(1)
  await eve.send({ conversationId: v7() }, text)
  await expect.poll(callsOf).toBe(2)
})

test('no provider is told that two users’ prompts belong together', async () => {
  const text = newQuestions()[0] ?? ''
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
