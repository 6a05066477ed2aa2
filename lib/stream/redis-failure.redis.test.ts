/**
 * If Redis is killed, frozen, emptied or full in the middle of a run, readers must receive an intact prefix of the
 * events and then `gone`.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { withTimeout } from '@/lib/redis/run-script'
import { type FaultProxy, startFaultProxy, through } from '@/tests/services/fault-proxy'
import { type RedisServer, startTestRedis } from '@/tests/services/redis-server'
import {
  inspectRedis,
  keys,
  newLog,
  readAll,
  restartRedis,
  startLogProcess,
  startReader,
} from '@/tests/stream/log-process'
import { type LogAddress, logKey } from './event-log'
import { openEventWriter } from './open-event-writer'
import { sendSignal } from './signal'

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function startServer(): Promise<RedisServer> {
  const server = await startTestRedis()
  toClose.push(() => server.stop({ force: true }))
  return server
}

async function startProxy({ port }: RedisServer): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ upstream: { host: '127.0.0.1', port } })
  toClose.push(() => proxy.stop())
  return proxy
}

/** Starts a writer and a reader in two processes, and waits until the reader has received the first event. */
async function startRun(writerUrl: string, readerUrl = writerUrl) {
  const [one, other] = [await startLogProcess(writerUrl), await startLogProcess(readerUrl)]
  const log = newLog()
  const failures: unknown[] = []
  const writer = openEventWriter(one.redis, keys, log, { onFailure: (cause) => failures.push(cause) })
  writer.write('a')
  const reader = startReader(other, log)
  await expect.poll(() => reader.events).toEqual(['a'])
  return { one, other, log, writer, reader, failures, redis: inspectRedis(readerUrl) }
}

test.each(['while the writer writes', 'while the writer is silent'])(
  'the log is `gone` after Redis was killed and restarted empty %s',
  async (when) => {
    const server = await startServer()
    const { one, other, log, writer, reader, failures, redis } = await startRun(server.url)
    await server.stop({ force: true })
    if (when === 'while the writer writes') {
      writer.write('b')
      await expect.poll(() => writer.failed).toBe(true)
      await reader.done
    }
    await restartRedis(server)
    await expect.poll(() => [one.redis.status, other.redis.status], { timeout: 5_000 }).toEqual(['ready', 'ready'])
    writer.write('c')
    await expect.poll(() => writer.failed).toBe(true)
    expect(failures).toHaveLength(1)
    writer.write('d')
    expect(await writer.end(['e'])).toBe(false)
    await reader.done
    expect(reader).toMatchObject({ events: ['a'], last: 'gone' })
    expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
    expect(await readAll(other, log, { after: '7-1' })).toMatchObject({ events: [], last: 'gone' })
    // Only the marker may exist now, and it must have a TTL.
    for (const key of await redis.keys('*')) expect(await redis.pttl(key)).toBeGreaterThan(0)
  },
  20_000,
)

test('a writer that lost its connection invalidates the log once Redis can be reached again', async () => {
  const server = await startServer()
  const proxy = await startProxy(server)
  const { other, log, writer, reader, redis } = await startRun(through(server.url, proxy), server.url)
  await proxy.refuse()
  writer.write('b')
  await expect.poll(() => writer.failed).toBe(true)
  // The log still exists, so the reader cannot detect the failure yet.
  expect(await redis.xlen(logKey(log))).toBe(1)
  await proxy.restore()
  await reader.done
  expect(reader).toMatchObject({ events: ['a'], last: 'gone' })
  expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
  expect(await redis.pttl(logKey(log))).toBeGreaterThan(0)
}, 20_000)

test('a frozen Redis blocks no caller, and late commands do not restore the log', async () => {
  const server = await startServer()
  const { other, log, writer, reader } = await startRun(server.url)
  process.kill(server.pid, 'SIGSTOP')
  try {
    // `write` is synchronous, so its CPU time is measured, which does not depend on other load of the machine.
    const before = process.cpuUsage()
    for (let number = 0; number < 1_000; number += 1) writer.write(`${number}`)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(90)
    expect(await withTimeout(2_000, writer.end(['end']))).toBe(false)
    await reader.done
    expect(reader).toMatchObject({ events: ['a'], last: 'gone' })
    expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
    expect(await sendSignal(other.redis, log, 'stop')).toBe(false)
  } finally {
    process.kill(server.pid, 'SIGCONT')
  }
  await expect.poll(() => other.redis.ping().catch(() => null), { timeout: 5_000 }).toBe('PONG')
  await expect.poll(async () => (await readAll(other, log)).last, { timeout: 5_000 }).toBe('gone')
  expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
}, 20_000)

test('the log is `gone` if Redis was frozen before the first event', async () => {
  const server = await startServer()
  const [one, other] = [await startLogProcess(server.url), await startLogProcess(server.url)]
  const log = newLog()
  process.kill(server.pid, 'SIGSTOP')
  try {
    const writer = openEventWriter(one.redis, keys, log)
    writer.write('a')
    await expect.poll(() => writer.failed).toBe(true)
  } finally {
    process.kill(server.pid, 'SIGCONT')
  }
  // The first entry is written late, and the marker then replaces it.
  await expect.poll(async () => (await readIds(server, log))[0], { timeout: 5_000 }).toMatch(/^9999/)
  expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
}, 20_000)

const readIds = async ({ url }: RedisServer, log: LogAddress) =>
  (await inspectRedis(url).xrange(logKey(log), '-', '+')).map(([id]) => id)

test('the second attempt saves the log if Redis exceeds the time limit only briefly', async () => {
  const server = await startServer()
  const proxy = await startProxy(server)
  const { one, other, log, writer, redis } = await startRun(through(server.url, proxy), server.url)
  proxy.delay(130)
  writer.write('b')
  await expect.poll(() => redis.xlen(logKey(log))).toBe(2)
  await proxy.restore()
  writer.write('c')
  expect(await writer.end()).toBe(true)
  expect(one.redis.status).toBe('ready')
  expect(await readAll(other, log)).toMatchObject({ events: ['a', 'b', 'c'], last: 'end' })
})

test('the log is `gone` after Redis was emptied', async () => {
  const server = await startServer()
  const { other, log, writer, reader, redis } = await startRun(server.url)
  await redis.flushall()
  writer.write('b')
  await expect.poll(() => writer.failed).toBe(true)
  await reader.done
  expect(reader).toMatchObject({ events: ['a'], last: 'gone' })
  expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
})

test('the log is `gone` if Redis is full', async () => {
  const server = await startServer()
  const { other, log, writer, reader, redis } = await startRun(server.url)
  await redis.config('SET', 'maxmemory-policy', 'noeviction')
  await redis.config('SET', 'maxmemory', '1')
  writer.write('b')
  await reader.done
  expect(writer.failed).toBe(true)
  expect(reader).toMatchObject({ events: ['a'], last: 'gone' })
  expect(await readAll(other, log, { appearWithinMs: 50 })).toMatchObject({ events: [], last: 'gone' })
})

test('the event writer fails once and retries nothing if Redis was down from the start', async () => {
  const server = await startServer()
  const { redis } = await startLogProcess(server.url)
  await server.stop({ force: true })
  await expect.poll(() => redis.status).not.toBe('ready')
  const log = newLog()
  const failures: unknown[] = []
  const commands = vi.spyOn(redis, 'callBuffer')
  const writer = openEventWriter(redis, keys, log, { onFailure: (cause) => failures.push(cause) })
  writer.write('a')
  await expect.poll(() => failures).toHaveLength(1)
  // Two attempts to append, and none to invalidate a log that was never created.
  expect(commands).toHaveBeenCalledTimes(2)
  expect(writer.failed).toBe(true)
  await restartRedis(server)
  await expect.poll(() => redis.status, { timeout: 5_000 }).toBe('ready')
  writer.write('b')
  expect(await writer.end()).toBe(false)
  expect(await inspectRedis(server.url).keys('*')).toEqual([])
}, 20_000)
