import { describe, expect, test } from 'vitest'
import { withTimeout } from '@/lib/redis/run-script'
import { median } from '@/tests/services/median'
import { testRedis } from '@/tests/services/test-redis'
import { keys, type LogProcess, newLog, readAll, startLogProcess, startReader } from '@/tests/stream/log-process'
import { type LogAddress, logKey } from './event-log'
import { followEvents } from './follow-events'
import { openEventWriter } from './open-event-writer'

const { redis, url } = await testRedis()

/** Writes a log of `length` entries with one event each, and ends it. Returns the events. */
async function writeLog({ redis: mine }: LogProcess, log: LogAddress, length: number): Promise<string[]> {
  const writer = openEventWriter(mine, keys, log, { coalesceMs: 0 })
  const events = Array.from({ length }, (_, index) => `event ${index + 1}`)
  for (const [index, event] of events.entries()) {
    writer.write(event)
    await expect.poll(() => redis.xlen(logKey(log)), { interval: 1 }).toBe(index + 1)
  }
  expect(await writer.end()).toBe(true)
  return events
}

const expectNoSubscriptions = async (process: LogProcess) => {
  expect(process.subscriber.listeners()).toBe(0)
  await expect.poll(() => redis.pubsub('CHANNELS', 'gf:*')).toEqual([])
}

describe('followEvents in another process', () => {
  test('followEvents yields all events from the start and from any position', async () => {
    const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
    const log = newLog()
    const events = await writeLog(one, log, 150)
    const whole = await readAll(other, log)
    expect(whole).toMatchObject({ events, last: 'end' })
    for (const count of [1, 64, 127, 128, 129, 150]) {
      const rest = await readAll(other, log, { after: `${whole.ids[count - 1]}` })
      expect(rest).toMatchObject({ events: events.slice(count), last: 'end' })
    }
    // The position of the end entry itself.
    expect(await readAll(other, log, { after: '7-151' })).toMatchObject({ events: [], last: 'end' })
    await expectNoSubscriptions(other)
  })

  test('followEvents yields new events immediately, to early and to late readers', async () => {
    const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
    const log = newLog()
    const writer = openEventWriter(one.redis, keys, log)
    writer.write('a')
    const early = startReader(other, log)
    await expect.poll(() => early.events).toEqual(['a'])
    await expect.poll(() => redis.pubsub('CHANNELS', 'gf:*')).toEqual([logKey(log)])
    const delays: number[] = []
    for (const event of ['b', 'c', 'd', 'e', 'f']) {
      const writtenAt = performance.now()
      writer.write(event)
      await expect.poll(() => early.events.at(-1), { interval: 1 }).toBe(event)
      delays.push(performance.now() - writtenAt)
    }
    // Faster than the poll interval of one second, so the subscriber must have woken the reader. The median tolerates
    // load on the test machine.
    expect(median(delays)).toBeLessThan(200)
    const late = startReader(other, log)
    await expect.poll(() => late.events).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(other.subscriber.listeners()).toBe(2)
    await writer.end(['g'])
    await Promise.all([early.done, late.done])
    for (const reader of [early, late])
      expect(reader).toMatchObject({ events: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], last: 'end' })
    await expectNoSubscriptions(other)
  })

  test('followEvents waits for a log that does not exist yet', async () => {
    const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
    const log = newLog()
    const reader = startReader(other, log, { appearWithinMs: 20_000 })
    await expect.poll(() => redis.pubsub('CHANNELS', 'gf:*')).toEqual([logKey(log)])
    const writer = openEventWriter(one.redis, keys, log)
    writer.write('a')
    await writer.end()
    await reader.done
    expect(reader).toMatchObject({ events: ['a'], last: 'end' })
  })

  test('followEvents yields everything to a slow consumer in batches', async () => {
    const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
    const log = newLog()
    const writer = openEventWriter(one.redis, keys, log, { coalesceMs: 0 })
    writer.write('event 0')
    const reader = followEvents(other, log)
    expect((await reader.next()).value).toMatchObject({ events: ['event 0'] })
    for (let number = 1; number < 300; number += 1) {
      writer.write(`event ${number}`)
      if (number % 2) await new Promise((resolve) => setImmediate(resolve))
    }
    await writer.end()
    const events: string[] = []
    for await (const followed of reader) if (followed.type === 'events') events.push(...followed.events)
    expect(events).toEqual(Array.from({ length: 299 }, (_, index) => `event ${index + 1}`))
  })

  test('followEvents loses no events if pub/sub messages are lost', async () => {
    const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
    const log = newLog()
    const writer = openEventWriter(one.redis, keys, log)
    writer.write('a')
    const [polling, reconnected] = [
      startReader({ ...other, subscriber: silentSubscriber }, log, { appearWithinMs: 5_000 }),
      startReader(other, log),
    ]
    await expect.poll(() => [polling.events, reconnected.events], { timeout: 5_000 }).toEqual([['a'], ['a']])
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    writer.write('b')
    await expect
      .poll(() => [polling.events, reconnected.events], { timeout: 5_000 })
      .toEqual([
        ['a', 'b'],
        ['a', 'b'],
      ])
    await writer.end()
    await Promise.all([polling.done, reconnected.done])
    expect([polling.last, reconnected.last]).toEqual(['end', 'end'])
  })
})

const silentSubscriber = Object.freeze({ listen: () => () => undefined, listeners: () => 0, close: () => undefined })

describe('stopping followEvents', () => {
  test.each(['the abort signal', 'a break'])('followEvents unsubscribes when it is stopped by %s', async (how) => {
    const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
    const log = newLog()
    openEventWriter(one.redis, keys, log).write('a')
    const controller = new AbortController()
    const received = Promise.withResolvers<void>()
    const read = async () => {
      for await (const { type } of followEvents(other, log, { signal: controller.signal })) {
        expect(type).toBe('events')
        if (how === 'a break') break
        received.resolve()
      }
    }
    const reading = read()
    if (how === 'the abort signal') {
      await received.promise
      await expect.poll(() => redis.pubsub('CHANNELS', 'gf:*')).toEqual([logKey(log)])
      controller.abort()
      // Less than the poll interval of one second.
      await withTimeout(900, reading)
    }
    await reading
    await expectNoSubscriptions(other)
  })

  test('followEvents yields nothing if the signal was aborted before', async () => {
    const process = await startLogProcess(url)
    expect(await readAll(process, newLog(), { signal: AbortSignal.abort() })).toMatchObject({ events: [], last: null })
    await expectNoSubscriptions(process)
  })
})

test('a hundred readers of one process share one subscriber connection', async () => {
  const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
  const before = await countClients()
  const logs = Array.from({ length: 20 }, newLog)
  const writers = logs.map((log) => openEventWriter(one.redis, keys, log))
  for (const writer of writers) writer.write('a')
  const readers = Array.from({ length: 5 }, () => logs.map((log) => startReader(other, log))).flat()
  await expect.poll(() => readers.every(({ events }) => events.length === 1)).toBe(true)
  await expect.poll(() => redis.pubsub('CHANNELS', 'gf:*')).toHaveLength(20)
  expect(other.subscriber.listeners()).toBe(100)
  expect(await countClients()).toBe(before + 1)
  await Promise.all(writers.map((writer) => writer.end(['b'])))
  await Promise.all(readers.map(({ done }) => done))
  for (const reader of readers) expect(reader).toMatchObject({ events: ['a', 'b'], last: 'end' })
  await expectNoSubscriptions(other)
  expect(await countClients()).toBe(before + 1)
})

const countClients = async () =>
  String(await redis.client('LIST'))
    .trim()
    .split('\n').length

describe('a silent log', () => {
  test('followEvents yields `idle` during silence and continues afterwards', async () => {
    const process = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(process.redis, keys, log)
    writer.write('a')
    const reader = startReader(process, log, { idleAfterMs: 20 })
    await expect.poll(() => reader.idles).toBeGreaterThan(2)
    await writer.end(['b'])
    await reader.done
    expect(reader).toMatchObject({ events: ['a', 'b'], last: 'end' })
  })

  test('followEvents yields `gone` without `idle` if the log never appears', async () => {
    const process = await startLogProcess(url)
    const all = readAll(process, newLog(), { appearWithinMs: 50, idleAfterMs: 5 })
    expect(await withTimeout(900, all)).toMatchObject({ last: 'gone', idles: 0 })
  })
})

test.each(['7-2', '7-999', '8-1', '6-1', 'garbage', '7-1-0', '$', '+'])(
  'followEvents yields `gone` for position %j, which is not in the log',
  async (after) => {
    const process = await startLogProcess(url)
    const log = newLog()
    const writer = openEventWriter(process.redis, keys, log)
    writer.write('a')
    await expect.poll(() => redis.xlen(logKey(log))).toBe(1)
    expect(await readAll(process, log, { after })).toMatchObject({ events: [], last: 'gone' })
  },
)

test('followEvents yields `gone` without Redis', async () => {
  const process = await startLogProcess(url)
  const seen: unknown[] = []
  for await (const followed of followEvents({ redis: null, subscriber: null, keys: process.keys }, newLog()))
    seen.push(followed)
  expect(seen).toEqual([{ type: 'gone' }])
})
