import { describe, expect, test } from 'vitest'
import { testRedis } from '@/tests/services/test-redis'
import { keys, newLog, readAll, startLogProcess, startReader } from '@/tests/stream/log-process'
import { appendScript } from './append-entry'
import { logKey } from './event-log'
import { invalidateScript } from './invalidate-log'
import { openEventWriter } from './open-event-writer'

const { redis, url } = await testRedis()

describe('openEventWriter', () => {
  test('the event writer sends the first events in the same tick and coalesces those of the next 30 ms', async () => {
    const { redis: mine } = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(mine, keys, log)
    for (const event of ['a', 'b']) writer.write(event)
    await null
    await null
    // The entry with both events was sent before any reply arrived.
    expect(Reflect.get(Reflect.get(mine, 'commandQueue'), 'length')).toBe(1)
    for (const event of ['c', 'd']) writer.write(event)
    await expect.poll(() => redis.xlen(logKey(log))).toBe(2)
    for (const event of ['e', 'f']) writer.write(event)
    expect(await writer.end(['g'])).toBe(true)
    expect(await redis.xlen(logKey(log))).toBe(3)
    const reader = await readAll(await startLogProcess(url), log)
    expect(reader).toMatchObject({
      events: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      ids: ['7-1', '7-2', '7-3'],
      last: 'end',
    })
  })

  test('the event writer writes a fast run in few entries', async () => {
    const { redis: mine } = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(mine, keys, log)
    const written: string[] = []
    const startedAt = performance.now()
    while (performance.now() - startedAt < 300) {
      const event = `event ${written.length}`
      writer.write(event)
      written.push(event)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await writer.end()).toBe(true)
    expect(await redis.xlen(logKey(log))).toBeLessThanOrEqual(12)
    expect((await readAll(await startLogProcess(url), log)).events).toEqual(written)
  })

  test('the event writer writes less often while there is no subscriber, except for the end', async () => {
    const process = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(process.redis, keys, log, { unreadCoalesceMs: 300 })
    const startedAt = performance.now()
    writer.write('a')
    await expect.poll(() => redis.xlen(logKey(log)), { interval: 1 }).toBe(1)
    writer.write('b')
    await expect.poll(() => redis.xlen(logKey(log)), { interval: 1 }).toBe(2)
    expect(performance.now() - startedAt).toBeGreaterThan(299)
    const reader = startReader(process, log)
    await expect.poll(() => reader.events).toEqual(['a', 'b'])
    await expect.poll(() => redis.pubsub('CHANNELS', 'gf:*')).toEqual([logKey(log)])
    // The first entry that reaches a subscriber ends the long pauses.
    writer.write('c')
    await expect.poll(() => reader.events.length, { interval: 1 }).toBe(3)
    const delays: number[] = []
    for (const length of [4, 5, 6, 7, 8]) {
      const writtenAt = performance.now()
      writer.write('d')
      await expect.poll(() => reader.events.length, { interval: 1 }).toBe(length)
      delays.push(performance.now() - writtenAt)
    }
    expect(delays.toSorted((a, b) => a - b)[2]).toBeLessThan(200)
    await writer.end()
    await reader.done
  })

  test('the event writer ignores writes and a second end after it has ended', async () => {
    const { redis: mine } = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(mine, keys, log)
    writer.write('a')
    const [first, second] = [writer.end(['b']), writer.end(['c'])]
    writer.write('d')
    expect(await Promise.all([first, second])).toEqual([true, true])
    expect(writer.failed).toBe(false)
    expect((await readAll(await startLogProcess(url), log)).events).toEqual(['a', 'b'])
  })

  test('the event writer sets a TTL of ten minutes during the run and of one minute at its end', async () => {
    const { redis: mine } = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(mine, keys, log)
    writer.write('a')
    await expect.poll(() => redis.pttl(logKey(log))).toBeGreaterThan(590_000)
    await writer.end()
    const left = await redis.pttl(logKey(log))
    expect(left).toBeGreaterThan(50_000)
    expect(left).toBeLessThanOrEqual(60_000)
    for (const key of await redis.keys('*')) expect(await redis.pttl(key)).toBeGreaterThan(0)
  })

  test('the event writer trims the oldest entries, and readers from the start yield `gone`', async () => {
    const process = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(process.redis, keys, log, { maxEntries: 3, coalesceMs: 1 })
    for (const number of [1, 2, 3, 4, 5]) {
      writer.write(`${number}`)
      await expect
        .poll(async () => (await redis.xrevrange(logKey(log), '+', '-', 'COUNT', 1))[0]?.[0])
        .toBe(`${number}-0`)
    }
    expect(await redis.xlen(logKey(log))).toBe(3)
    await writer.end()
    expect(await readAll(process, log)).toMatchObject({ events: [], last: 'gone' })
    expect(await readAll(process, log, { after: '7-4' })).toMatchObject({ events: ['5'], last: 'end' })
    // The entry at this position was trimmed, but all later entries exist.
    expect(await readAll(process, log, { after: '7-3' })).toMatchObject({ events: ['4', '5'], last: 'end' })
    expect(await readAll(process, log, { after: '7-2' })).toMatchObject({ events: [], last: 'gone' })
  })

  test('the event writer stores no plain text in Redis', async () => {
    const { redis: mine } = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(mine, keys, log)
    writer.write('the secret of the goldfish')
    await writer.end(['another secret'])
    for (const key of await redis.keys('*')) {
      const raw = `${key} ${await redis.xrangeBuffer(key, '-', '+')} ${await redis.dumpBuffer(key)}`
      expect(raw).not.toMatch(/secret|goldfish|isLast/)
    }
  })

  test('the event writer of an older run cannot write to the log of a newer run', async () => {
    const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
    const old = newLog()
    const young = { ...old, fence: 8 }
    const [late, current] = [openEventWriter(one.redis, keys, old), openEventWriter(other.redis, keys, young)]
    late.write('old 1')
    current.write('young 1')
    late.write('old 2')
    await late.end(['old 3'])
    await current.end(['young 2'])
    expect(await readAll(one, young)).toMatchObject({ events: ['young 1', 'young 2'], last: 'end' })
    expect(await readAll(one, young, { after: '7-1' })).toMatchObject({ events: [], last: 'gone' })
  })

  test('two event writers of one run invalidate the log and do not mix their events', async () => {
    const process = await startLogProcess(url)
    const log = newLog()
    const [one, two] = [openEventWriter(process.redis, keys, log), openEventWriter(process.redis, keys, log)]
    one.write('one')
    await expect.poll(() => redis.xlen(logKey(log))).toBe(1)
    two.write('two')
    await expect.poll(() => two.failed).toBe(true)
    one.write('more')
    await one.end()
    expect(await readAll(process, log)).toMatchObject({ events: [], last: 'gone' })
  })

  test('the event writer reports `failed` and does nothing without Redis', async () => {
    const writer = openEventWriter(null, keys, newLog())
    expect(writer.failed).toBe(true)
    writer.write('a')
    expect(await writer.end(['b'])).toBe(false)
  })
})

test('an append command that arrives after the log was invalidated writes nothing', async () => {
  const process = await startLogProcess(url)
  const log = newLog()
  const key = logKey(log)
  await redis.eval(invalidateScript, 1, key, 60_000)
  expect(await redis.pttl(key)).toBeGreaterThan(0)
  for (const seq of [1, 2]) expect(await redis.eval(appendScript, 1, key, seq, 'late', 8, 60_000, 0)).toBe(-1)
  expect(await readAll(process, log)).toMatchObject({ events: [], last: 'gone' })
})

test('an entry is not written twice when an attempt is retried after its reply was lost', async () => {
  const process = await startLogProcess(url)
  const log = newLog()
  const writer = openEventWriter(process.redis, keys, log)
  writer.write('a')
  await expect.poll(() => redis.xlen(logKey(log))).toBe(1)
  const [[, [, envelope = Buffer.alloc(0)]] = ['', []]] = await redis.xrangeBuffer(logKey(log), '-', '+')
  expect(await redis.eval(appendScript, 1, logKey(log), 1, envelope, 8, 60_000, 1)).toBe(0)
  await expect(redis.eval(appendScript, 1, logKey(log), 1, 'another', 8, 60_000, 1)).rejects.toThrow('XADD')
  expect(await writer.end()).toBe(true)
  expect(await readAll(process, log)).toMatchObject({ events: ['a'], last: 'end' })
})
