import { beforeEach, expect, test } from 'vitest'
import { testRedis } from '@/tests/services/test-redis'
import { type LedgerItem, type LedgerKind, maxEvicted, readRecordedBytes, recordEntrySizes } from './entry-counters'

const { redis } = await testRedis()
beforeEach(() => redis.flushall())

const hour = 3_600_000
const noLimit = 1_000_000_000
const item = (name: string, kind: LedgerKind = 'own', maxTtlMs = hour): LedgerItem => ({
  kind,
  names: [name],
  bytes: 1_000,
  maxTtlMs,
})
const names = (items: readonly LedgerItem[]) => items.map((evicted) => evicted.names[0])
/** Records the items one by one, so that each gets a later time by the clock of Redis. */
async function recordAll(items: readonly LedgerItem[]) {
  for (const one of items) await recordEntrySizes(redis, [one], noLimit)
}

test('recordEntrySizes counts an item and its ledger line once, even if it is recorded again', async () => {
  await recordAll([item('a'), item('a'), item('b')])
  const noted = await readRecordedBytes(redis)
  expect(noted).toBeGreaterThan(2_200)
  expect(noted).toBeLessThan(2_500)
  for (const key of await redis.keys('*')) expect(await redis.pttl(key)).toBeGreaterThan(hour - 60_000)
})

test('recordEntrySizes evicts the oldest items of any kind, and only as many as needed', async () => {
  await recordAll([item('first', 'shared', 24 * hour), item('second'), item('third', 'embedding', 720 * hour)])
  const each = (await readRecordedBytes(redis)) / 3
  const evicted = await recordEntrySizes(redis, [item('fourth')], 2.5 * each)
  expect(names(evicted)).toEqual(['first', 'second'])
  expect(evicted[0]).toMatchObject({ kind: 'shared', maxTtlMs: 24 * hour })
  expect(await readRecordedBytes(redis)).toBeLessThan(2.5 * each)
  expect(names(await recordEntrySizes(redis, [], 0))).toEqual(['third', 'fourth'])
  expect(await readRecordedBytes(redis)).toBe(0)
})

test('recordEntrySizes evicts a new item that alone exceeds the limit', async () => {
  expect(names(await recordEntrySizes(redis, [item('whale')], 500))).toEqual(['whale'])
})

test('recordEntrySizes evicts at most 50 items per call, and the next call evicts the rest', async () => {
  const many = Array.from({ length: maxEvicted + 5 }, (_, index) => item(`n${index}`))
  await recordEntrySizes(redis, many, noLimit)
  expect(await recordEntrySizes(redis, [], 0)).toHaveLength(maxEvicted)
  expect(await recordEntrySizes(redis, [], 0)).toHaveLength(5)
})

test('recordEntrySizes neither counts nor evicts items that have expired', async () => {
  await recordAll([item('short', 'own', 1), item('long')])
  await expect
    .poll(async () => (await recordEntrySizes(redis, [], noLimit)).length + (await readRecordedBytes(redis)))
    .toBeLessThan(1_500)
  expect(names(await recordEntrySizes(redis, [], 0))).toEqual(['long'])
})

test('recordEntrySizes no longer counts the items of a ledger that was deleted', async () => {
  await recordAll([item('a'), item('b', 'shared')])
  const each = (await readRecordedBytes(redis)) / 2
  await redis.del('gf:1:{ledger}:own')
  await recordEntrySizes(redis, [], noLimit)
  expect(await readRecordedBytes(redis)).toBeCloseTo(each, -2)
})

test('recordEntrySizes evicts malformed ledger members too', async () => {
  await redis.zadd('gf:1:{ledger}:own', 1, 'nonsense', (Date.now() + hour) * 1000, 'more nonsense')
  expect(names(await recordEntrySizes(redis, [item('a')], 0))).toContain('a')
  expect(await readRecordedBytes(redis)).toBe(0)
})
