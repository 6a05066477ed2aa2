import { beforeEach, describe, expect, test } from 'vitest'
import { entryKey, exactKey, userIndexKey, wordsKey } from '@/lib/redis/keys'
import { runScript, scriptName } from '@/lib/redis/run-script'
import { testRedis } from '@/tests/services/test-redis'
import { dropEntries, voteAgainstEntry, voteScript } from './drop-entry'
import { lookupEntry, lookupScript } from './lookup-entry'
import { indexEntry, indexScript, type NewEntry, offerEntry, offerScript, storeEntry, storeScript } from './store-entry'

const { redis } = await testRedis()
beforeEach(() => redis.flushall())

const scope = 'u:ada:1'
const entry: NewEntry = {
  scope,
  exactHash: 'x1',
  wordsHash: 'w1',
  entryId: 'e1',
  payload: Buffer.from([0, 255, 10, 13, 128]),
  ttlMs: 60_000,
}
const ask = async (exactHash: string, wordsHash: string, within = scope, voterHash: string | null = null) =>
  (await lookupEntry(redis, { scope: within, exactHash, wordsHash }, voterHash)).found

describe('scripts', () => {
  test.each([lookupScript, storeScript, indexScript, offerScript, voteScript])(
    'scriptName returns the SHA under which Redis caches script %#',
    async (lua) => {
      expect(await redis.script('LOAD', lua)).toBe(scriptName(lua))
    },
  )

  test('runScript works after the script cache of the server was flushed', async () => {
    await redis.script('FLUSH')
    await storeEntry(redis, entry)
    await redis.script('FLUSH')
    expect((await ask('x1', 'w1'))?.entryId).toBe('e1')
  })

  test('runScript rejects with the error of a script', async () => {
    await expect(runScript(redis, "return redis.error_reply('ERR no')", [], [])).rejects.toThrow('no')
  })
})

describe('an entry', () => {
  test('lookupEntry finds an entry by its exact text, then by its words, with the payload unchanged', async () => {
    await storeEntry(redis, entry)
    expect(await ask('x1', 'w1')).toEqual({
      layer: 'exact',
      entryId: 'e1',
      payload: entry.payload,
      ttlLeftMs: expect.any(Number),
    })
    expect(await ask('x2', 'w1')).toMatchObject({ layer: 'words', entryId: 'e1' })
    expect(await ask('x2', 'w2')).toBeNull()
    expect(await ask('x1', 'w1', 'u:eve:1')).toBeNull()
  })

  test('storeEntry sets a TTL on each key', async () => {
    await storeEntry(redis, entry)
    const keys = await redis.keys('*')
    expect(keys).toHaveLength(3)
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(50_000)
    expect((await ask('x1', 'w1'))?.ttlLeftMs).toBeGreaterThan(50_000)
  })

  test('storeEntry replaces the previous entry for every wording of the question', async () => {
    await storeEntry(redis, entry)
    await storeEntry(redis, { ...entry, exactHash: 'x2', entryId: 'e2' })
    expect(await redis.exists(entryKey(scope, 'e1'))).toBe(0)
    expect(await ask('x1', 'w1')).toMatchObject({ layer: 'words', entryId: 'e2' })
    expect(await redis.exists(exactKey(scope, 'x1'))).toBe(0)
  })

  test('storeEntry overwrites an entry with the same id', async () => {
    await storeEntry(redis, entry)
    await storeEntry(redis, { ...entry, payload: Buffer.from('new') })
    expect((await ask('x1', 'w1'))?.payload.toString()).toBe('new')
  })

  test.each(['exact', 'words'] as const)('lookupEntry removes a dangling %s pointer', async (layer) => {
    await storeEntry(redis, entry)
    await redis.del(entryKey(scope, 'e1'))
    expect(await (layer === 'exact' ? ask('x1', 'w0') : ask('x0', 'w1'))).toBeNull()
    expect(await redis.exists(layer === 'exact' ? exactKey(scope, 'x1') : wordsKey(scope, 'w1'))).toBe(0)
  })

  test.each([
    ['pointer', exactKey(scope, 'x1')],
    ['entry', entryKey(scope, 'e1')],
  ])('lookupEntry misses if the %s has another type, and storeEntry replaces it', async (_, key) => {
    await storeEntry(redis, entry)
    await redis.del(key, wordsKey(scope, 'w1'))
    await redis.rpush(key, 'not ours')
    expect(await ask('x1', 'w1')).toBeNull()
    await storeEntry(redis, entry)
    expect(await ask('x1', 'w1')).toMatchObject({ layer: 'exact' })
  })

  test('lookupEntry still finds entries if Redis is full', async () => {
    await storeEntry(redis, entry)
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    await redis.config('SET', 'maxmemory', '1')
    try {
      await expect(storeEntry(redis, { ...entry, entryId: 'e2' })).rejects.toThrow('OOM')
      expect(await ask('x1', 'w1')).toMatchObject({ entryId: 'e1' })
      await redis.del(entryKey(scope, 'e1'))
      expect(await ask('x1', 'w1')).toBeNull()
    } finally {
      await redis.config('SET', 'maxmemory', '0')
    }
    expect(await redis.keys('*')).toEqual([])
  })
})

describe('the index of a user', () => {
  const store = async (number: number, maxEntries = 3) => {
    const one = {
      ...entry,
      scope: `u:ada:${number % 2}`,
      exactHash: `x${number}`,
      wordsHash: `w${number}`,
      entryId: `e${number}`,
    }
    await storeEntry(redis, one)
    await indexEntry(redis, 'ada', one, maxEntries)
    // Wait, because scores are whole milliseconds and the order must be unique.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const found = async (number: number) => (await ask(`x${number}`, `w${number}`, `u:ada:${number % 2}`)) !== null

  test('indexEntry keeps the newest entries of a user across all scopes', async () => {
    for (const number of [1, 2, 3, 4, 5]) await store(number)
    expect(await Promise.all([1, 2, 3, 4, 5].map(found))).toEqual([false, false, true, true, true])
    expect(await redis.zcard(userIndexKey('ada'))).toBe(3)
    expect(await redis.pttl(userIndexKey('ada'))).toBeGreaterThan(0)
  })

  test('indexEntry removes expired members, and moves an entry that is stored again to the end', async () => {
    await redis.zadd(userIndexKey('ada'), 1, 'e0 u:ada:0')
    for (const number of [1, 2, 3, 1, 4]) await store(number)
    expect(await redis.zrange(userIndexKey('ada'), '0', '-1')).toEqual(['e3 u:ada:1', 'e1 u:ada:1', 'e4 u:ada:0'])
  })

  test('dropEntries deletes an entry in every given scope and returns the number of entries that existed', async () => {
    for (const within of ['u:ada:0', 'u:ada:1']) {
      await storeEntry(redis, { ...entry, scope: within })
      await indexEntry(redis, 'ada', { scope: within, entryId: 'e1' }, 3)
    }
    await storeEntry(redis, { ...entry, scope: 'u:eve:0' })
    const mine = ['u:ada:0', 'u:ada:1'].map((within) => ({ scope: within, entryId: 'e1' }))
    expect(await dropEntries(redis, mine)).toBe(2)
    expect(await dropEntries(redis, mine)).toBe(0)
    expect(await ask('x1', 'w1', 'u:eve:0')).not.toBeNull()
  })

  test('indexEntry tolerates malformed members', async () => {
    await redis.zadd(userIndexKey('ada'), 1, 'garbage', 2, '')
    await store(1, 1)
    expect(await found(1)).toBe(true)
  })
})

describe('an entry that is offered to the shared scope', () => {
  const shared = { ...entry, scope: 's:1' }
  const rule = { needed: 3, perNetwork: 1, votesToEnd: 3 }
  const offer = (user: string, network = `network of ${user}`, more: Partial<typeof rule> = {}) =>
    offerEntry(redis, shared, { asker: { user, network }, ...rule, ...more })
  const vote = (user: string, { counts = true, network = `network of ${user}`, entryId = 'e1' } = {}) =>
    voteAgainstEntry(
      redis,
      { scope: 's:1', entryId, wordsHash: 'w1' },
      { voterHash: user, voter: counts ? { user, network } : null, ...rule },
    )
  const find = (reader: string | null = null) => ask('x1', 'w1', 's:1', reader)
  const share = async () => {
    for (const user of ['a', 'b', 'c']) await offer(user)
  }

  test('offerEntry stores an entry once enough different users have asked', async () => {
    expect(await offer('a')).toBe(false)
    expect(await offer('a')).toBe(false)
    expect(await offer('b')).toBe(false)
    expect(await redis.keys('*')).toHaveLength(1)
    expect(await offer('c')).toBe(true)
    expect(await find()).toMatchObject({ entryId: 'e1' })
  })

  test('a shared entry is found by its words only, unless one asker is enough', async () => {
    await share()
    expect(await find()).toMatchObject({ layer: 'words' })
    await redis.flushall()
    await offer('a', 'n', { needed: 1 })
    expect(await find()).toMatchObject({ layer: 'exact' })
  })

  test('offerEntry counts only as many users of one network as the rule allows', async () => {
    for (const user of ['a', 'b', 'c', 'd']) expect(await offer(user, 'one network')).toBe(false)
    expect(await offer('e')).toBe(false)
    expect(await offer('f')).toBe(true)
    await redis.flushall()
    for (const user of ['a', 'b']) expect(await offer(user, 'one network', { perNetwork: 0 })).toBe(false)
    expect(await offer('c', 'one network', { perNetwork: 0 })).toBe(true)
  })

  test('offerEntry counts a user with several networks once', async () => {
    for (const network of ['1', '2', '3', '4']) expect(await offer('a', network)).toBe(false)
  })

  test('offerEntry counts at most one user more than needed and does not extend the TTL of the count', async () => {
    await offer('a')
    await redis.pexpire('gf:1:{s:1}:k:w1', 1_000_000)
    for (const user of 'bcdefgh') await offer(user)
    expect(await redis.hlen('gf:1:{s:1}:k:w1')).toBe(4)
    expect(await redis.pttl('gf:1:{s:1}:k:w1')).toBeLessThanOrEqual(1_000_000)
  })

  test('a shared entry is hidden from each user who voted against it, and from all users after enough votes', async () => {
    await share()
    await vote('a')
    expect(await find('a')).toBeNull()
    expect(await find('b')).toMatchObject({ entryId: 'e1' })
    await vote('a')
    await vote('b')
    expect(await find('c')).toMatchObject({ entryId: 'e1' })
    await vote('c')
    expect(await find('d')).toBeNull()
    expect(await offer('d')).toBe(false)
    expect(await find('d')).toBeNull()
    for (const key of await redis.keys('*')) expect(await redis.pttl(key)).toBeGreaterThan(0)
  })

  test('a vote of a user who does not count hides a shared entry from that user only', async () => {
    await share()
    for (const user of ['v', 'w', 'x', 'y']) await vote(user, { counts: false })
    expect(await find('v')).toBeNull()
    expect(await find('z')).toMatchObject({ entryId: 'e1' })
  })

  test('voteAgainstEntry counts one vote of each network', async () => {
    await share()
    for (const user of ['v', 'w', 'x', 'y']) await vote(user, { network: 'one network' })
    expect(await find('z')).toMatchObject({ entryId: 'e1' })
  })

  test('voteAgainstEntry ignores users who were not served the stored answer and have not asked', async () => {
    await share()
    for (const user of ['v', 'w', 'x', 'y']) await vote(user, { entryId: 'another' })
    expect(await find('z')).toMatchObject({ entryId: 'e1' })
    for (const user of ['a', 'b', 'c']) await vote(user, { entryId: 'another' })
    expect(await find('z')).toBeNull()
  })
})
