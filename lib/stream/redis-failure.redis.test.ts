/** Redis dies, freezes, forgets or fills up in the middle of a run: a reader has a true beginning, and is told. */
import { afterEach, expect, test, vi } from 'vitest'
import { withTimeout } from '@/lib/redis/run-script'
import { type FaultProxy, startFaultProxy, through } from '@/tests/services/fault-proxy'
import { type RedisServer, startTestRedis } from '@/tests/services/redis-server'
import { keys, lookInto, newLog, readAll, restartRedis, startLogProcess, startReader } from '@/tests/stream/log-process'
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

/** A writer whose first event has arrived at a reader in another process. */
async function startRun(writerUrl: string, readerUrl = writerUrl) {
  const [one, other] = [await startLogProcess(writerUrl), await startLogProcess(readerUrl)]
  const log = newLog()
  const failures: unknown[] = []
  const writer = openEventWriter(one.redis, keys, log, { onFailure: (cause) => failures.push(cause) })
  writer.write('a')
  const reader = startReader(other, log)
  await expect.poll(() => reader.events).toEqual(['a'])
  return { one, other, log, writer, reader, failures, redis: lookInto(readerUrl) }
}

test.each(['while the writer writes', 'while it is silent'])(
  'killed and started again, empty, %s',
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
    // All that may lie there now is the mark.
    for (const key of await redis.keys('*')) expect(await redis.pttl(key)).toBeGreaterThan(0)
  },
  20_000,
)

test('gone for the writer alone: what it left behind is broken as soon as it can reach it', async () => {
  const server = await startServer()
  const proxy = await startProxy(server)
  const { other, log, writer, reader, redis } = await startRun(through(server.url, proxy), server.url)
  await proxy.refuse()
  writer.write('b')
  await expect.poll(() => writer.failed).toBe(true)
  // The reader cannot know yet; the log is there.
  expect(await redis.xlen(logKey(log))).toBe(1)
  await proxy.restore()
  await reader.done
  expect(reader).toMatchObject({ events: ['a'], last: 'gone' })
  expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
  expect(await redis.pttl(logKey(log))).toBeGreaterThan(0)
}, 20_000)

test('frozen: nobody waits, the writer gives up, and nothing late is taken for the log', async () => {
  const server = await startServer()
  const { other, log, writer, reader } = await startRun(server.url)
  process.kill(server.pid, 'SIGSTOP')
  try {
    // It cannot wait, only work: what counts is its own time, whatever else the machine does.
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

test('frozen from the first event on', async () => {
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
  // The first entry arrives late, and then the mark takes its place.
  await expect.poll(async () => (await readIds(server, log))[0], { timeout: 5_000 }).toMatch(/^9999/)
  expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
}, 20_000)

const readIds = async ({ url }: RedisServer, log: LogAddress) =>
  (await lookInto(url).xrange(logKey(log), '-', '+')).map(([id]) => id)

test('slow beyond patience, and only for a moment: the second attempt saves the log', async () => {
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

test('emptied', async () => {
  const server = await startServer()
  const { other, log, writer, reader, redis } = await startRun(server.url)
  await redis.flushall()
  writer.write('b')
  await expect.poll(() => writer.failed).toBe(true)
  await reader.done
  expect(reader).toMatchObject({ events: ['a'], last: 'gone' })
  expect(await readAll(other, log)).toMatchObject({ events: [], last: 'gone' })
})

test('full', async () => {
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

test('away from the start: one failure, no task that waits for its return', async () => {
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
  // Two attempts, and none to break what never began.
  expect(commands).toHaveBeenCalledTimes(2)
  expect(writer.failed).toBe(true)
  await restartRedis(server)
  await expect.poll(() => redis.status, { timeout: 5_000 }).toBe('ready')
  writer.write('b')
  expect(await writer.end()).toBe(false)
  expect(await lookInto(server.url).keys('*')).toEqual([])
}, 20_000)
