import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, onTestFinished } from 'vitest'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'
import { runningServices } from '@/tests/services/services'

/** A cluster of three servers, each with a third of the slots, closed after the test. */
export async function startRedisCluster(): Promise<{ urls: [string, ...string[]]; nodes: Redis[] }> {
  const [first, ...others] = [await startNode(), await startNode(), await startNode()]
  const all = [first, ...others]
  const third = Math.ceil(16_384 / all.length)
  for (const [index, { redis }] of all.entries()) {
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', index * third, Math.min((index + 1) * third, 16_384) - 1)
    await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
  }
  for (const { port, busPort } of others) await first.redis.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  const isWhole = async ({ redis }: Node) => {
    const info = String(await redis.call('CLUSTER', 'INFO'))
    return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
  }
  await expect.poll(async () => (await Promise.all(all.map(isWhole))).every(Boolean), { timeout: 20_000 }).toBe(true)
  return { urls: [first.url, ...others.map(({ url }) => url)], nodes: all.map(({ redis }) => redis) }
}

type Node = Awaited<ReturnType<typeof startNode>>

async function startNode() {
  const { redisBinary, directory } = runningServices()
  const { path, libraryPath } = redisBinary
  const [port, busPort] = [await findFreePort(), await findFreePort()]
  const settings = ['--port', `${port}`, '--cluster-port', `${busPort}`, '--bind', '127.0.0.1', '--save', '']
  const env = libraryPath ? { ...process.env, LD_LIBRARY_PATH: libraryPath } : process.env
  const cwd = mkdtempSync(join(directory, 'redis-node-'))
  const child = spawn(path, [...settings, '--cluster-enabled', 'yes'], { cwd, env, stdio: 'ignore' })
  const redis = new Redis(port, { retryStrategy: () => 20 })
  redis.on('error', () => undefined)
  onTestFinished(() => {
    redis.disconnect()
    child.kill('SIGKILL')
  })
  await redis.ping()
  return { redis, port, busPort, url: `redis://127.0.0.1:${port}` }
}
