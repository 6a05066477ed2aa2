import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { vi } from 'vitest'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'
import { runningServices, type Services } from '@/tests/services/services'
import { startedRedis } from '@/tests/services/started-redis'

export type RedisCluster = { urls: [string, ...string[]]; nodes: Redis[]; stop: () => void }

/** Starts a cluster of three servers with a third of the slots each. `binary` defaults to the Redis of the tests. */
export async function startRedisCluster(binary: Binary = runningServices().redisBinary): Promise<RedisCluster> {
  const [first, ...others] = [await startNode(binary), await startNode(binary), await startNode(binary)]
  const all = [first, ...others] as const
  const stop = () => {
    for (const node of all) node.stop()
  }
  try {
    await connectNodes(all)
  } catch (error) {
    // A test process that is killed later cannot stop the servers, so stop them now.
    stop()
    throw error
  }
  return { urls: [first.url, ...others.map(({ url }) => url)], nodes: all.map(({ redis }) => redis), stop }
}

/** Assigns the slots, joins the nodes, and resolves when all of them report a complete cluster. */
async function connectNodes(all: readonly [Node, ...Node[]]): Promise<void> {
  const [first, ...others] = all
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
  await vi.waitUntil(async () => (await Promise.all(all.map(isWhole))).every(Boolean), { timeout: 20_000 })
}

type Binary = Pick<Services['redisBinary'], 'path' | 'libraryPath'>
type Node = Awaited<ReturnType<typeof startNode>>

async function startNode({ path, libraryPath }: Binary) {
  const port = await findFreePort()
  const busPort = await findFreePort(undefined, new Set([port]))
  const settings = ['--port', `${port}`, '--cluster-port', `${busPort}`, '--bind', '127.0.0.1', '--save', '']
  const env = libraryPath ? { ...process.env, LD_LIBRARY_PATH: libraryPath } : process.env
  const cwd = mkdtempSync(join(runningServices().directory, 'redis-node-'))
  const child = spawn(path, [...settings, '--cluster-enabled', 'yes'], { cwd, env, stdio: 'ignore' })
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  const url = `redis://127.0.0.1:${port}`
  const redis = await startedRedis(child, url)
  const stop = () => {
    redis.disconnect()
    child.kill('SIGKILL')
    process.off('exit', killAtExit)
  }
  return { redis, port, busPort, url, stop }
}
