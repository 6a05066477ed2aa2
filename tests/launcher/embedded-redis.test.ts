import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { findRedis, startRedis } from '../../scripts/launcher/embedded-redis.mjs'
import { isAlive } from '../../scripts/launcher/process-identity.mjs'
import { runModule } from './run-module'
import { scratchDirectory } from './scratch'

// Uses the cache of the checkout, so that a machine without Redis will download it only once.
const binary = await findRedis({ cacheDir: join(import.meta.dirname, '..', '..', '.goldfish', 'cache') })

function connect(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null })
  redis.on('error', () => {})
  onTestFinished(() => redis.disconnect())
  return redis
}

test.skipIf(!binary)('Redis keeps its data after a restart and after its launcher was killed', async () => {
  if (!binary) return
  const dataDir = scratchDirectory()
  const first = await startRedis({ binary, dataDir })
  await connect(first.url).set('kept', 'one')
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)

  const killed = runModule(`
    import { startRedis } from 'scripts/launcher/embedded-redis.mjs'
    const options = ${JSON.stringify({ binary, dataDir })}
    console.log(JSON.stringify(await startRedis(options)))
    process.stdin.resume()
  `)
  const second = JSON.parse(await killed.firstLine)
  killed.child.kill('SIGKILL')
  await killed.end

  const third = await startRedis({ binary, dataDir })
  expect(third).toMatchObject({ reused: true, pid: second.pid, port: second.port })
  expect(await connect(third.url).get('kept')).toBe('one')
  await third.stop()
  expect(isAlive(third.pid)).toBe(false)
})

test.skipIf(!binary)('ends a Redis that hangs before it starts another one', async () => {
  if (!binary) return
  const dataDir = scratchDirectory()
  const frozen = await startRedis({ binary, dataDir })
  process.kill(frozen.pid, 'SIGSTOP')
  const next = await startRedis({ binary, dataDir })
  onTestFinished(() => next.stop())
  expect(next.reused).toBe(false)
  expect(isAlive(frozen.pid)).toBe(false)
})

test.skipIf(!binary)('Redis requires a password, hides it from its arguments, and never evicts keys', async () => {
  if (!binary) return
  const dataDir = scratchDirectory()
  const redis = await startRedis({ binary, dataDir, persist: false, password: 'not-in-any-argument' })
  onTestFinished(() => redis.stop())
  expect(await connect(redis.url).config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  expect(await connect(redis.url).config('GET', 'appendonly')).toEqual(['appendonly', 'no'])
  await expect(connect(`redis://127.0.0.1:${redis.port}`).get('x')).rejects.toThrow(/NOAUTH/)
  expect(statSync(join(dataDir, 'redis', 'running.json')).mode & 0o777).toBe(0o600)
})
