import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { median } from '@/tests/services/median'
import { startRedisCluster } from '@/tests/services/redis-cluster'
import { type RedisServer, startTestRedis } from '@/tests/services/redis-server'
import { runningServices } from '@/tests/services/services'
import { startedRedis } from '@/tests/services/started-redis'
import { connectRedis, reportTrouble, waitUntilReady } from './connect'
import { withTimeout } from './run-script'

const toClose: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function server(): Promise<RedisServer> {
  const started = await startTestRedis()
  toClose.push(() => started.stop({ force: true }))
  return started
}

function connect(url: string) {
  const warnings: unknown[] = []
  const redis = connectRedis(
    { urls: [url], cluster: false },
    { warn: (event, fields) => warnings.push([event, fields]) },
  )
  toClose.push(() => redis.disconnect())
  return { redis, warnings }
}

async function timed<T>(work: Promise<T>): Promise<{ milliseconds: number; result: T | 'rejected' }> {
  const startedAt = performance.now()
  const result = await work.catch(() => 'rejected' as const)
  return { result, milliseconds: performance.now() - startedAt }
}

/** No server listens at this address. */
const unusedAddress = 'redis://127.0.0.1:1'

describe('connectRedis', () => {
  test('accepts commands in a new process after one short wait', async () => {
    const { redis, warnings } = connect((await server()).url)
    await expect(redis.ping()).rejects.toThrow()
    expect(await waitUntilReady(redis, 300)).toBe(true)
    expect(await redis.ping()).toBe('PONG')
    expect(await waitUntilReady(redis, 300)).toBe(true)
    expect(warnings).toEqual([])
  })

  test('fails commands at once and logs one warning while Redis is unavailable', async () => {
    const { redis, warnings } = connect(unusedAddress)
    expect(await withTimeout(250, waitUntilReady(redis, 300))).toBe(false)
    await expect.poll(() => Reflect.get(redis, 'retryAttempts')).toBeGreaterThan(3)
    const waits: number[] = []
    const commands: number[] = []
    for (let turn = 0; turn < 20; turn += 1) {
      const wait = await timed(waitUntilReady(redis, 300))
      expect(wait.result).toBe(false)
      waits.push(wait.milliseconds)
      const command = await timed(redis.ping())
      expect(command.result).toBe('rejected')
      commands.push(command.milliseconds)
      reportTrouble(redis, new Error('a command failed'))
    }
    expect(median(waits)).toBeLessThan(50)
    expect(median(commands)).toBeLessThan(50)
    expect(warnings).toEqual([['redis trouble', { error: expect.stringContaining('ECONNREFUSED') }]])
  })

  test('waits for an unresponsive server once in a new process and never again', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    toClose.push(() => silent.close())
    const url = `redis://127.0.0.1:${await portOf(silent)}`
    // The minimum of three runs, because a busy machine can only make a run longer.
    let shortest = Number.POSITIVE_INFINITY
    for (let turn = 0; turn < 3; turn += 1) {
      const first = await timed(waitUntilReady(connect(url).redis, 300))
      expect(first.result).toBe(false)
      expect(first.milliseconds).toBeGreaterThan(50)
      shortest = Math.min(shortest, first.milliseconds)
    }
    expect(shortest).toBeLessThan(290)
    const { redis } = connect(url)
    await expect.poll(() => Reflect.get(redis, 'retryAttempts')).toBeGreaterThan(0)
    // The connection is retrying most of this time, and no caller must wait for that.
    const waits: number[] = []
    for (let turn = 0; turn < 30; turn += 1) {
      waits.push((await timed(waitUntilReady(redis, 300))).milliseconds)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(median(waits)).toBeLessThan(50)
  })

  test('reconnects soon after Redis is back, without a restart of the process', async () => {
    const first = await server()
    const { redis } = connect(first.url)
    expect(await waitUntilReady(redis, 300)).toBe(true)
    await redis.call('SHUTDOWN', 'NOSAVE').catch(() => undefined)
    await expect.poll(() => redis.status).not.toBe('ready')
    // Long enough for the delay between attempts to reach its cap.
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const second = await restartOn(first)
    await withTimeout(2_000, expect.poll(() => redis.ping().catch(() => null), { interval: 20 }).toBe('PONG'))
    expect(second.exitCode).toBeNull()
  }, 20_000)

  test('fails a command after 100 ms if Redis is frozen, fails later ones at once, and recovers', async () => {
    const frozen = await server()
    const { redis } = connect(frozen.url)
    expect(await waitUntilReady(redis, 300)).toBe(true)
    process.kill(frozen.pid, 'SIGSTOP')
    try {
      expect((await withTimeout(600, timed(redis.ping()))).result).toBe('rejected')
      await withTimeout(2_000, expect.poll(() => redis.status).not.toBe('ready'))
      const commands: number[] = []
      for (let turn = 0; turn < 20; turn += 1) commands.push((await timed(redis.ping())).milliseconds)
      expect(median(commands)).toBeLessThan(50)
    } finally {
      process.kill(frozen.pid, 'SIGCONT')
    }
    await expect.poll(() => redis.ping().catch(() => null), { timeout: 5_000 }).toBe('PONG')
  })

  test('accepts responses that arrived while the process was busy for longer than the timeout', async () => {
    const { redis } = connect((await server()).url)
    await waitUntilReady(redis, 300)
    const answers = [redis.ping(), redis.echo('one')]
    const until = performance.now() + 400
    while (performance.now() < until);
    expect(await Promise.all(answers)).toEqual(['PONG', 'one'])
  })

  test('never assigns the late response of a resumed server to another command', async () => {
    const frozen = await server()
    const { redis } = connect(frozen.url)
    await waitUntilReady(redis, 300)
    process.kill(frozen.pid, 'SIGSTOP')
    const late = [redis.echo('one'), redis.echo('two')].map((command) => command.catch(() => 'late'))
    await Promise.all(late)
    process.kill(frozen.pid, 'SIGCONT')
    await expect.poll(() => redis.echo('three').catch(() => 'late')).toBe('three')
  })
})

describe('connectRedis with a cluster', () => {
  test('accepts the first commands of a new process on every node of a cluster', async () => {
    const { urls, stop } = await startRedisCluster()
    toClose.push(stop)
    const warnings: unknown[] = []
    const redis = connectRedis({ urls, cluster: true }, { warn: (event) => warnings.push(event) })
    toClose.push(() => redis.disconnect())
    expect(await waitUntilReady(redis, 2_000)).toBe(true)
    // All 60 commands are sent in one tick, and their keys are spread over all three nodes.
    const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`)
    expect(await Promise.all(keys.map((key) => redis.set(key, key)))).toEqual(keys.map(() => 'OK'))
    expect(await Promise.all(keys.map((key) => redis.get(key)))).toEqual(keys)
    expect(warnings).toEqual([])
  }, 60_000)
})

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Starts another server on the same port with the same password. */
async function restartOn({ port, url }: RedisServer) {
  const { path, libraryPath } = runningServices().redisBinary
  const env = libraryPath ? { ...process.env, LD_LIBRARY_PATH: libraryPath } : process.env
  const password = decodeURIComponent(new URL(url).password)
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn(path, [...settings, ...(password ? ['--requirepass', password] : [])], { env, stdio: 'ignore' })
  toClose.push(() => child.kill('SIGKILL'))
  const probe = await startedRedis(child, url)
  probe.disconnect()
  return child
}
