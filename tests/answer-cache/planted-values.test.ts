/**
 * C02, end to end: somebody can write to Redis. Whatever they put under our keys (broken, of another key or version, of
 * another user, model or question), a turn is answered, by the model, with an answer to its own question.
 */
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { open, seal } from '@/lib/crypto/envelope'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { type Person, type Sent, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
let ada: Person
let eve: Person
beforeAll(async () => {
  goldfish = await startGoldfish({
    env: {
      ANSWER_CACHE_THRESHOLD: '0',
      EMBEDDING_MODEL: 'stub-embeddings',
      ANSWER_CACHE_EMBED_TIMEOUT_MS: '5000',
    },
  })
  goldfish.stub.script([{ match: '', times: 1_000_000, echo: true }])
})
afterAll(() => goldfish?.stop())
beforeEach(async () => {
  await goldfish.redis.flushall()
  ada = await signUp(goldfish.url)
  eve = await signUp(goldfish.url)
})

const asked = 'What are the symptoms of iron deficiency in adults?'
/** The three layers, each by the question that finds the stored one there. */
const wordings = [asked, `Hi, ${asked} Thanks!`, 'What are the signs of iron deficiency in adults?'] as const

const ask = (person: Person, text: string, more: object = {}) => person.send({ conversationId: v7(), ...more }, text)
const keysOf = (pattern: string) => goldfish.redis.keys(`gf:1:${pattern}`)
const only = async (pattern: string) => {
  const keys = await keysOf(pattern)
  expect(keys).toHaveLength(1)
  return keys[0] ?? ''
}
const bytesAt = async (key: string) => (await goldfish.redis.getBuffer(key)) ?? Buffer.alloc(0)

/** The model was asked, and what it was asked is what the person asked. */
function expectFresh(sent: Sent, text: string): void {
  expect(sent).toMatchObject({ status: 200, error: null, cache: { status: 'miss' }, metadata: { status: 'complete' } })
  expect(sent.text).toContain(text)
}

/** In each wording, without the answer to one of them standing in the way of the next. */
async function expectAllFresh(person: Person, plant: () => Promise<unknown>): Promise<void> {
  const planted = await snapshot()
  for (const text of wordings) {
    await restore(planted)
    await plant()
    expectFresh(await ask(person, text), text)
  }
}

async function snapshot(): Promise<[string, Buffer, number][]> {
  const keys = await keysOf('*')
  return Promise.all(
    keys.map(async (key): Promise<[string, Buffer, number]> => {
      const [dump, ttl] = await Promise.all([goldfish.redis.dumpBuffer(key), goldfish.redis.pttl(key)])
      return [key, dump ?? Buffer.alloc(0), ttl]
    }),
  )
}

async function restore(kept: [string, Buffer, number][]): Promise<void> {
  await goldfish.redis.flushall()
  for (const [key, dump, ttl] of kept) await goldfish.redis.restore(key, Math.max(1, ttl), dump, 'REPLACE')
}

/** Asks until the question's vector is there too: it follows behind the answer, and gives way on a busy machine. */
const fill = async (person: Person, text: string) => {
  const before = (await keysOf('{u:*}:b')).length
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const sent = await ask(person, text, { cache: 'bypass' })
    const isIndexed = async () => (await keysOf('{u:*}:b')).length > before
    if (await vi.waitUntil(isIndexed, { timeout: 1_000 }).catch(() => false)) return sent
  }
  throw new Error('no vector is kept')
}

test('left alone, it is found in each of its wordings', async () => {
  const first = await fill(ada, asked)
  for (const [index, text] of wordings.entries()) {
    const layer = ['exact', 'words', 'semantic'][index]
    expect(await ask(ada, text)).toMatchObject({ text: first.text, cache: { status: 'hit', layer } })
  }
})

describe('an entry that is', () => {
  const otherRing = openKeyRing({
    BETTER_AUTH_SECRET: 'y'.repeat(32),
    ANSWER_CACHE_KEYS: [{ kid: 'test', key: Buffer.alloc(32, 7).toString('base64') }],
  })
  /** The keys of the app itself: what an older version of it, or a very bad one, could have sealed. */
  const ring = () => {
    const [kid = '', ...key] = (goldfish.env.ANSWER_CACHE_KEYS ?? '').split(':')
    return openKeyRing({ BETTER_AUTH_SECRET: '', ANSWER_CACHE_KEYS: [{ kid, key: key.join(':') }] })
  }
  const addressOf = async (key: string) => {
    const [, scope = '', entryId = ''] = /\{(.*)\}:e:(.*)$/.exec(key) ?? []
    const [row] = await goldfish.sql<{ id: string }>(`select id from "user" where email = '${ada.email}'`)
    return { userId: row?.id ?? '', scope, entryId }
  }
  const flip = (at: number) => (bytes: Buffer) =>
    Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)))

  test.each<[string, (bytes: Buffer, key: string) => Buffer | Promise<Buffer>]>([
    ['empty', () => Buffer.alloc(0)],
    ['its version and nothing else', (bytes) => bytes.subarray(0, 1)],
    ['cut off in the header', (bytes) => bytes.subarray(0, 10)],
    ['cut off in the middle', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['cut off at the end', (bytes) => bytes.subarray(0, -1)],
    ['longer than it was', (bytes) => Buffer.concat([bytes, Buffer.from([0])])],
    ['of the version before', (bytes) => Buffer.concat([Buffer.from([0]), bytes.subarray(1)])],
    ['of a version to come', (bytes) => Buffer.concat([Buffer.from([2]), bytes.subarray(1)])],
    ['of an unknown key', flip(3)],
    ['changed in its nonce', flip(10)],
    ['changed in its text', flip(60)],
    ['plain text', () => Buffer.from(JSON.stringify({ question: asked, answer: { parts: [{ text: 'owned' }] } }))],
    ['sealed with a foreign key', async (_, key) => seal(otherRing, await addressOf(key), '{}')],
    ['sealed by us, and not JSON', async (_, key) => seal(ring(), await addressOf(key), 'owned')],
    [
      'sealed by us when entries had another shape',
      async (bytes, key) => {
        const address = await addressOf(key)
        const entry = JSON.parse(open(ring(), address, bytes) ?? '{}')
        expect(entry.question).toBe(asked)
        delete entry.question
        return seal(ring(), address, JSON.stringify(entry))
      },
    ],
    [
      'sealed by us with a part that is no text',
      async (bytes, key) => {
        const address = await addressOf(key)
        const entry = JSON.parse(open(ring(), address, bytes) ?? '{}')
        entry.answer.parts = [{ type: 'tool-run', text: 'owned' }]
        return seal(ring(), address, JSON.stringify(entry))
      },
    ],
  ])('%s', async (_, bend) => {
    await fill(ada, asked)
    const key = await only('{u:*}:e:*')
    const bent = await bend(await bytesAt(key), key)
    await expectAllFresh(ada, () => goldfish.redis.set(key, bent, 'PX', 60_000))
  })
})

describe('what belongs elsewhere:', () => {
  test('another’s entry in the place of one’s own', async () => {
    await fill(ada, asked)
    const hers = await only('{u:*}:e:*')
    await fill(eve, asked)
    const own = (await keysOf('{u:*}:e:*')).find((key) => key !== hers) ?? ''
    const envelope = await bytesAt(hers)
    await expectAllFresh(eve, () => goldfish.redis.set(own, envelope, 'PX', 60_000))
  })

  test('all that another has, under one’s own names', async () => {
    await fill(ada, asked)
    const hers = await keysOf('{u:*}:[exwb]*')
    await fill(eve, asked)
    const own = (await keysOf('{u:*}:[exwb]*')).filter((key) => !hers.includes(key))
    const scopeOf = (keys: string[]) => /\{.*\}/.exec(keys[0] ?? '')?.[0] ?? ''
    await expectAllFresh(eve, async () => {
      for (const key of own) await goldfish.redis.del(key)
      for (const key of hers)
        await goldfish.redis.set(key.replace(scopeOf(hers), scopeOf(own)), await bytesAt(key), 'PX', 60_000)
    })
  })

  test('one’s own answer to another question', async () => {
    await fill(ada, 'How do I fix a leaking kitchen tap?')
    const other = await bytesAt(await only('{u:*}:e:*'))
    await goldfish.redis.flushall()
    await fill(ada, asked)
    const key = await only('{u:*}:e:*')
    await expectAllFresh(ada, () => goldfish.redis.set(key, other, 'PX', 60_000))
  })

  test('pointers from one question to another’s answer', async () => {
    await fill(ada, 'How do I fix a leaking kitchen tap?')
    const id = /[^:]+$/.exec(await only('{u:*}:e:*'))?.[0] ?? ''
    await ask(ada, asked)
    for (const key of await keysOf('{u:*}:[xw]:*')) await goldfish.redis.set(key, id, 'KEEPTTL')
    // Its vector still finds the right one.
    const answer = await ask(ada, asked)
    expect(answer).toMatchObject({ status: 200, error: null })
    expect(answer.text).toContain(asked)
  })

  test('vectors of another scope, or none: the near layer finds nothing, the others do', async () => {
    await fill(eve, asked)
    const hers = await bytesAt(await only('{u:*}:b'))
    await goldfish.redis.flushall()
    await fill(ada, asked)
    const block = await only('{u:*}:b')
    for (const bytes of [hers, hers.subarray(0, 40), Buffer.from('owned'), Buffer.alloc(0)]) {
      const kept = await snapshot()
      await goldfish.redis.set(block, bytes, 'PX', 60_000)
      expect((await ask(ada, wordings[0])).cache?.layer).toBe('exact')
      expect((await ask(ada, wordings[1])).cache?.layer).toBe('words')
      expectFresh(await ask(ada, wordings[2]), wordings[2])
      await restore(kept)
    }
  })

  test('the lease of another: nobody is made to follow what somebody else is being told', async () => {
    const slow = `[stub:gap=25] [stub:tokens=120] What is a goldfish of kind ${v7().replaceAll(/[^a-z]/g, '')}?`
    // A rule of the script replaces directives, and would answer at once.
    goldfish.stub.reset()
    const running = ask(ada, slow)
    await expect.poll(async () => (await keysOf('*:l:*')).length).toBe(1)
    const hers = await only('*:l:*')
    const own = ask(eve, slow)
    await expect.poll(async () => (await keysOf('*:l:*')).length).toBe(2)
    const place = (await keysOf('*:l:*')).find((key) => key !== hers) ?? ''
    await goldfish.redis.set(place, await bytesAt(hers), 'PX', 5_000)
    const third = await ask(eve, slow)
    expect(third.cache).toMatchObject({ status: 'miss' })
    expect(third.cache?.collapsed).toBeUndefined()
    expect((await Promise.all([running, own])).map(({ error }) => error)).toEqual([null, null])
    expect(goldfish.stub.log()).toHaveLength(3)
    goldfish.stub.script([{ match: '', times: 1_000_000, echo: true }])
  })
})
