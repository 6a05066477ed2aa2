/**
 * An attacker can write to Redis. For any planted value (broken, or from another encryption key, version, user or
 * question), the turn must be answered by the model with an answer to its own question.
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
/** Wordings that are found by the exact, the words and the semantic layer, in this order. */
const wordings = [asked, `Hi, ${asked} Thanks!`, 'What are the signs of iron deficiency in adults?'] as const

const ask = (person: Person, text: string, more: object = {}) => person.send({ conversationId: v7(), ...more }, text)
const listKeys = (pattern: string) => goldfish.redis.keys(`gf:1:${pattern}`)
const onlyKey = async (pattern: string) => {
  const keys = await listKeys(pattern)
  expect(keys).toHaveLength(1)
  return keys[0] ?? ''
}
const bytesAt = async (key: string) => (await goldfish.redis.getBuffer(key)) ?? Buffer.alloc(0)

/** Expects an answer of the model to this question. */
function expectFresh(sent: Sent, text: string): void {
  expect(sent).toMatchObject({ status: 200, error: null, cache: { status: 'miss' }, metadata: { status: 'complete' } })
  expect(sent.text).toContain(text)
}

/** Asks in each wording and restores Redis in between, so that no answer affects the next wording. */
async function expectAllFresh(person: Person, plant: () => Promise<unknown>): Promise<void> {
  const planted = await snapshot()
  for (const text of wordings) {
    await restore(planted)
    await plant()
    expectFresh(await ask(person, text), text)
  }
}

async function snapshot(): Promise<[string, Buffer, number][]> {
  const keys = await listKeys('*')
  return Promise.all(
    keys.map(async (key): Promise<[string, Buffer, number]> => {
      const [dump, ttl] = await Promise.all([goldfish.redis.dumpBuffer(key), goldfish.redis.pttl(key)])
      return [key, dump ?? Buffer.alloc(0), ttl]
    }),
  )
}

async function restore(entries: [string, Buffer, number][]): Promise<void> {
  await goldfish.redis.flushall()
  for (const [key, dump, ttl] of entries) await goldfish.redis.restore(key, Math.max(1, ttl), dump, 'REPLACE')
}

/** Asks until the vector of the question is stored too. It is stored after the answer, and not at once under load. */
const fill = async (person: Person, text: string) => {
  const before = (await listKeys('{u:*}:b')).length
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const sent = await ask(person, text, { cache: 'bypass' })
    const isIndexed = async () => (await listKeys('{u:*}:b')).length > before
    if (await vi.waitUntil(isIndexed, { timeout: 1_000 }).catch(() => false)) return sent
  }
  throw new Error('no vector was stored')
}

test('an untouched entry is found in each layer', async () => {
  const first = await fill(ada, asked)
  for (const [index, text] of wordings.entries()) {
    const layer = ['exact', 'words', 'semantic'][index]
    expect(await ask(ada, text)).toMatchObject({ text: first.text, cache: { status: 'hit', layer } })
  }
})

describe('tampered entries', () => {
  const otherRing = openKeyRing({
    BETTER_AUTH_SECRET: 'y'.repeat(32),
    ANSWER_CACHE_KEYS: [{ kid: 'test', key: Buffer.alloc(32, 7).toString('base64') }],
  })
  /** The keys of the app itself. They show that even a validly encrypted entry must be parsed strictly. */
  const ring = () => {
    const [kid = '', ...key] = (goldfish.env.ANSWER_CACHE_KEYS ?? '').split(':')
    return openKeyRing({ BETTER_AUTH_SECRET: '', ANSWER_CACHE_KEYS: [{ kid, key: key.join(':') }] })
  }
  const envelopeAddress = async (key: string) => {
    const [, scope = '', entryId = ''] = /\{(.*)\}:e:(.*)$/.exec(key) ?? []
    const [row] = await goldfish.sql<{ id: string }>(`select id from "user" where email = '${ada.email}'`)
    return { userId: row?.id ?? '', scope, entryId }
  }
  const flip = (at: number) => (bytes: Buffer) =>
    Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)))

  test.each<[string, (bytes: Buffer, key: string) => Buffer | Promise<Buffer>]>([
    ['empty', () => Buffer.alloc(0)],
    ['only a version byte', (bytes) => bytes.subarray(0, 1)],
    ['truncated in the header', (bytes) => bytes.subarray(0, 10)],
    ['truncated in the middle', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['truncated at the end', (bytes) => bytes.subarray(0, -1)],
    ['one byte too long', (bytes) => Buffer.concat([bytes, Buffer.from([0])])],
    ['from an older envelope version', (bytes) => Buffer.concat([Buffer.from([0]), bytes.subarray(1)])],
    ['from a newer envelope version', (bytes) => Buffer.concat([Buffer.from([2]), bytes.subarray(1)])],
    ['encrypted with an unknown key id', flip(3)],
    ['changed in its nonce', flip(10)],
    ['changed in its ciphertext', flip(60)],
    [
      'unencrypted JSON',
      () => Buffer.from(JSON.stringify({ question: asked, answer: { parts: [{ text: 'owned' }] } })),
    ],
    ['encrypted with a foreign key', async (_, key) => seal(otherRing, await envelopeAddress(key), '{}')],
    ['encrypted by the app but not JSON', async (_, key) => seal(ring(), await envelopeAddress(key), 'owned')],
    [
      'encrypted by the app with a missing field',
      async (bytes, key) => {
        const address = await envelopeAddress(key)
        const entry = JSON.parse(open(ring(), address, bytes) ?? '{}')
        expect(entry.question).toBe(asked)
        delete entry.question
        return seal(ring(), address, JSON.stringify(entry))
      },
    ],
    [
      'encrypted by the app with a part that is not text',
      async (bytes, key) => {
        const address = await envelopeAddress(key)
        const entry = JSON.parse(open(ring(), address, bytes) ?? '{}')
        entry.answer.parts = [{ type: 'tool-run', text: 'owned' }]
        return seal(ring(), address, JSON.stringify(entry))
      },
    ],
  ])('an entry that is %s is a miss in each layer', async (_, tamper) => {
    await fill(ada, asked)
    const key = await onlyKey('{u:*}:e:*')
    const tampered = await tamper(await bytesAt(key), key)
    await expectAllFresh(ada, () => goldfish.redis.set(key, tampered, 'PX', 60_000))
  })
})

describe('values copied from other keys', () => {
  test('an entry that was copied from another user is a miss', async () => {
    await fill(ada, asked)
    const hers = await onlyKey('{u:*}:e:*')
    await fill(eve, asked)
    const own = (await listKeys('{u:*}:e:*')).find((key) => key !== hers) ?? ''
    const envelope = await bytesAt(hers)
    await expectAllFresh(eve, () => goldfish.redis.set(own, envelope, 'PX', 60_000))
  })

  test('a whole scope that was copied from another user is a miss', async () => {
    await fill(ada, asked)
    const hers = await listKeys('{u:*}:[exwb]*')
    await fill(eve, asked)
    const own = (await listKeys('{u:*}:[exwb]*')).filter((key) => !hers.includes(key))
    const scopeOf = (keys: string[]) => /\{.*\}/.exec(keys[0] ?? '')?.[0] ?? ''
    await expectAllFresh(eve, async () => {
      for (const key of own) await goldfish.redis.del(key)
      for (const key of hers)
        await goldfish.redis.set(key.replace(scopeOf(hers), scopeOf(own)), await bytesAt(key), 'PX', 60_000)
    })
  })

  test('an entry that was copied from another question of the same user is a miss', async () => {
    await fill(ada, 'How do I fix a leaking kitchen tap?')
    const other = await bytesAt(await onlyKey('{u:*}:e:*'))
    await goldfish.redis.flushall()
    await fill(ada, asked)
    const key = await onlyKey('{u:*}:e:*')
    await expectAllFresh(ada, () => goldfish.redis.set(key, other, 'PX', 60_000))
  })

  test('pointers that were redirected to another answer are not followed', async () => {
    await fill(ada, 'How do I fix a leaking kitchen tap?')
    const id = /[^:]+$/.exec(await onlyKey('{u:*}:e:*'))?.[0] ?? ''
    await ask(ada, asked)
    for (const key of await listKeys('{u:*}:[xw]:*')) await goldfish.redis.set(key, id, 'KEEPTTL')
    // The vector may still find the right entry, so the status is not asserted.
    const answer = await ask(ada, asked)
    expect(answer).toMatchObject({ status: 200, error: null })
    expect(answer.text).toContain(asked)
  })

  test('foreign or broken vectors disable only the semantic layer', async () => {
    await fill(eve, asked)
    const hers = await bytesAt(await onlyKey('{u:*}:b'))
    await goldfish.redis.flushall()
    await fill(ada, asked)
    const block = await onlyKey('{u:*}:b')
    for (const bytes of [hers, hers.subarray(0, 40), Buffer.from('owned'), Buffer.alloc(0)]) {
      const entries = await snapshot()
      await goldfish.redis.set(block, bytes, 'PX', 60_000)
      expect((await ask(ada, wordings[0])).cache?.layer).toBe('exact')
      expect((await ask(ada, wordings[1])).cache?.layer).toBe('words')
      expectFresh(await ask(ada, wordings[2]), wordings[2])
      await restore(entries)
    }
  })

  test('a copied lease does not make a turn follow the answer of another user', async () => {
    const slow = `[stub:gap=25] [stub:tokens=120] What is a goldfish of kind ${v7().replaceAll(/[^a-z]/g, '')}?`
    // Remove the scripted rule, because it would override the directives and answer at once.
    goldfish.stub.reset()
    const running = ask(ada, slow)
    await expect.poll(async () => (await listKeys('*:l:*')).length).toBe(1)
    const hers = await onlyKey('*:l:*')
    const own = ask(eve, slow)
    await expect.poll(async () => (await listKeys('*:l:*')).length).toBe(2)
    const ownLease = (await listKeys('*:l:*')).find((key) => key !== hers) ?? ''
    await goldfish.redis.set(ownLease, await bytesAt(hers), 'PX', 5_000)
    const third = await ask(eve, slow)
    expect(third.cache).toMatchObject({ status: 'miss' })
    expect(third.cache?.collapsed).toBeUndefined()
    expect((await Promise.all([running, own])).map(({ error }) => error)).toEqual([null, null])
    expect(goldfish.stub.log()).toHaveLength(3)
    goldfish.stub.script([{ match: '', times: 1_000_000, echo: true }])
  })
})
