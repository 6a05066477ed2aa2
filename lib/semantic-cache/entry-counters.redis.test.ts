import { beforeEach, expect, test } from 'vitest'
import { testRedis } from '@/tests/services/test-redis'
import { type LedgerItem, type LedgerKind, maxEvicted, readNotedBytes, recordEntrySizes } from './entry-counters'

const { redis } = await testRedis()
beforeEach(() => redis.flushall())

const hour = 3_600_000
const noLimit = 1_000_000_000
const item = (name: string, kind: LedgerKind = 'own', lifeMs = hour): LedgerItem => ({
  kind,
  names: [name],
  bytes: 1_000,
  lifeMs,
})
const names = (items: readonly LedgerItem[]) => items.map((evicted) => evicted.names[0])
/** One after another, as they would come: the clock of Redis goes on in between. */
async function noteAll(items: readonly LedgerItem[]) {
  for (const one of items) await recordEntrySizes(redis, [one], noLimit)
}

test('what is noted counts with its line, once, however often it is noted', async () => {
  await noteAll([item('a'), item('a'), item('b')])
  const noted = await readNotedBytes(redis)
  expect(noted).toBeGreaterThan(2_200)
  expect(noted).toBeLessThan(2_500)
  for (const key of await redis.keys('*')) expect(await redis.pttl(key)).toBeGreaterThan(hour - 60_000)
})

test('over the limit the oldest go first, of whatever kind, and no more than have to', async () => {
  await noteAll([item('first', 'shared', 24 * hour), item('second'), item('third', 'embedding', 720 * hour)])
  const each = (await readNotedBytes(redis)) / 3
  const evicted = await recordEntrySizes(redis, [item('fourth')], 2.5 * each)
  expect(names(evicted)).toEqual(['first', 'second'])
  expect(evicted[0]).toMatchObject({ kind: 'shared', lifeMs: 24 * hour })
  expect(await readNotedBytes(redis)).toBeLessThan(2.5 * each)
  expect(names(await recordEntrySizes(redis, [], 0))).toEqual(['third', 'fourth'])
  expect(await readNotedBytes(redis)).toBe(0)
})

test('what is larger than the limit by itself goes at once', async () => {
  expect(names(await recordEntrySizes(redis, [item('whale')], 500))).toEqual(['whale'])
})

test('a call hands back only so many, and the next one goes on', async () => {
  const many = Array.from({ length: maxEvicted + 5 }, (_, index) => item(`n${index}`))
  await recordEntrySizes(redis, many, noLimit)
  expect(await recordEntrySizes(redis, [], 0)).toHaveLength(maxEvicted)
  expect(await recordEntrySizes(redis, [], 0)).toHaveLength(5)
})

test('what has ended counts no more, and is nobody’s to drop', async () => {
  await noteAll([item('short', 'own', 1), item('long')])
  await expect
    .poll(async () => (await recordEntrySizes(redis, [], noLimit)).length + (await readNotedBytes(redis)))
    .toBeLessThan(1_500)
  expect(names(await recordEntrySizes(redis, [], 0))).toEqual(['long'])
})

test('a ledger that is gone counts nothing', async () => {
  await noteAll([item('a'), item('b', 'shared')])
  const each = (await readNotedBytes(redis)) / 2
  await redis.del('gf:1:{ledger}:own')
  await recordEntrySizes(redis, [], noLimit)
  expect(await readNotedBytes(redis)).toBeCloseTo(each, -2)
})

test('garbage in a ledger goes like everything else', async () => {
  await redis.zadd('gf:1:{ledger}:own', 1, 'nonsense', (Date.now() + hour) * 1000, 'more nonsense')
  expect(names(await recordEntrySizes(redis, [item('a')], 0))).toContain('a')
  expect(await readNotedBytes(redis)).toBe(0)
})
