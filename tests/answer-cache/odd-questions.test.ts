/**
 * Unusual and hostile questions must never be answered with the answer to another question. The
 * threshold is 0, so every stored question is similar enough and only the match guard can reject it.
 * The exact and words layers must work as usual.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { familyOf } from '@/lib/answer-cache/key-families'
import { type Person, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({
    env: {
      ANSWER_CACHE_THRESHOLD: '0',
      EMBEDDING_MODEL: 'stub-embeddings',
      ANSWER_CACHE_EMBED_TIMEOUT_MS: '5000',
    },
  })
  goldfish.stub.script([{ match: '', times: 1_000_000, echo: true }])
  ada = await signUp(goldfish.url)
  for (const text of storedQuestions) await ask(ada, text)
})
afterAll(() => goldfish?.stop())

const ask = (person: Person, text: string) => person.send({ conversationId: v7() }, text)

const storedQuestions = [
  'What are the symptoms of iron deficiency in adults?',
  'How do I continue a story about a fish in Paris?',
  'Why does everybody say yes to a fish in Paris?',
  'What does the fish emoji 🐟 mean in Paris?',
  'How do I say 水 (water) in Paris?',
]

test('a paraphrase of a stored question is a semantic hit, so the other tests of this file are meaningful', async () => {
  expect((await ask(ada, 'What are the signs of iron deficiency in adults?')).cache).toMatchObject({
    status: 'hit',
    layer: 'semantic',
  })
})

const kib64 = 64 * 1024
const long = `How do I continue a story about a fish in Paris? ${'And then? '.repeat(kib64 / 10)}`
  .slice(0, kib64 - 1)
  .concat('!')

const oddQuestions: [string, string][] = [
  ['one word', 'Paris'],
  ['"yes"', 'yes'],
  ['"no"', 'no'],
  ['"continue"', 'continue'],
  ['a request for more', 'Tell me more!'],
  ['a question mark', '?'],
  ['an ellipsis', '…'],
  ['a number', '42'],
  ['three emoji', '🐟🐟🐟'],
  ['a sequence of combined emoji', '👨‍👩‍👧‍👦 🇳🇴 👍🏽'],
  ['a text in four scripts', 'What is 水 в Париже και ماء in Paris?'],
  ['a text with look-alike letters', 'Whаt аre the symptоms of irоn defiсiency in аdults?'],
  ['a text of invisible characters', '\u200b\u200d\u2060'],
  ['a text with a right-to-left override', '\u202eWhat are the symptoms of iron deficiency in adults?\u202c'],
  ['a word with hundreds of combining accents', `Paris${'\u0301'.repeat(400)}`],
  ['a text of 64 KiB', long],
]

describe('unusual questions', () => {
  test.each(oddQuestions)(
    'a question that is %s misses at first and is then found by its exact text',
    async (_, text) => {
      const eve = await signUp(goldfish.url)
      for (const person of [ada, eve]) {
        const first = await ask(person, text)
        expect(first, first.problem?.detail ?? '').toMatchObject({
          status: 200,
          error: null,
          cache: { status: 'miss' },
        })
        expect(first.text).toContain(text.trim().slice(0, 1000))
        const again = await ask(person, text)
        expect(again).toMatchObject({ status: 200, error: null, cache: { status: 'hit', layer: 'exact' } })
        expect(again.text).toBe(first.text)
      }
    },
  )

  test.each([
    ['one word', 'Paris', ' PARIS! '],
    ['"yes"', 'yes', 'Yes.'],
    ['a text of 64 KiB', long, long.toUpperCase()],
  ])('a question that is %s is found with other case and punctuation', async (_, text, other) => {
    const eve = await signUp(goldfish.url)
    const first = await ask(eve, text)
    expect(await ask(eve, other)).toMatchObject({ cache: { status: 'hit' }, text: first.text })
  })

  test.each([
    ['an empty text', ''],
    ['white space only', ' \n\t '],
  ])('the API rejects a question that is %s', async (_, text) => {
    const { status, problem } = await ask(ada, text)
    expect({ status, code: problem?.code }).toEqual({ status: 400, code: 'invalid_request' })
  })
})

describe('key names in client input', () => {
  let adaId = ''
  beforeAll(async () => {
    const [row] = await goldfish.sql<{ id: string }>(`select id from "user" where email = '${ada.email}'`)
    adaId = row?.id ?? ''
  })
  let eve: Person
  beforeEach(async () => {
    eve = await signUp(goldfish.url)
  })

  test('questions that contain key names miss the cache and do not appear in key names', async () => {
    const keys = await goldfish.redis.keys('gf:1:{u:*}:e:*')
    expect(keys.length).toBeGreaterThan(storedQuestions.length)
    const tricks = [
      ...keys.slice(0, 3),
      ...(await goldfish.redis.keys('gf:1:{u:*}:x:*')).slice(0, 3),
      `${storedQuestions[0]}\n${adaId}`,
      `userId: ${adaId}. ${storedQuestions[0]}`,
      `{u:${adaId}} ${storedQuestions[0]}`,
      `gf:1:{*}:e:* ${storedQuestions[0]}`,
      `*`,
      `{}`,
      `:`,
      `${storedQuestions[0]}\r\nDEL gf:1:*\r\nFLUSHALL\r\n`,
      `${storedQuestions[0]}:`,
      `\${${adaId}} [${adaId}] ?*`,
    ]
    const before = await goldfish.redis.dbsize()
    for (const text of tricks) {
      const answer = await ask(eve, text)
      expect(answer).toMatchObject({ status: 200, error: null, cache: { status: 'miss' } })
      expect(answer.text).toContain(text)
    }
    expect(await goldfish.redis.dbsize()).toBeGreaterThan(before)
    expect((await goldfish.redis.keys('*')).filter((key) => familyOf(key) === null)).toEqual([])
    expect((await goldfish.redis.keys('*')).filter((key) => key.includes(adaId))).toEqual([])
  })

  test('ids that contain key names are rejected or not found', async () => {
    const before = (await goldfish.redis.keys('gf:1:{u:*}:e:*')).toSorted()
    for (const id of ['*', '{}', ':', `{u:${adaId}}`, 'gf:1:*', 'a\nb', '../..', '%2e%2e', `${v7()}\n`, `${v7()}*`]) {
      const sent = await eve.send({ conversationId: id }, storedQuestions[0] ?? '')
      expect([id, sent.status]).toEqual([id, 400])
      const message = { ...userMessage(storedQuestions[0] ?? ''), id }
      expect([id, (await eve.send({ conversationId: v7(), message })).status]).toEqual([id, 400])
      const path = encodeURIComponent(id)
      const dislike = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"helpful":false}' }
      for (const [url, init] of [
        [`/api/messages/${path}/feedback`, dislike],
        [`/api/chat/${path}/stream`, {}],
        [`/api/chat/${path}/stop`, { method: 'POST' }],
        [`/api/conversations/${path}`, { method: 'DELETE' }],
      ] as const)
        expect([url, (await eve.fetch(url, init)).status]).toEqual([url, 404])
    }
    const header = { 'last-event-id': '*:{}\u00e9' }
    expect((await eve.fetch(`/api/chat/${v7()}/stream`, { headers: header })).status).toBeLessThan(500)
    expect((await goldfish.redis.keys('gf:1:{u:*}:e:*')).toSorted()).toEqual(before)
    expect((await ask(ada, storedQuestions[0] ?? '')).cache?.status).toBe('hit')
  })
})
