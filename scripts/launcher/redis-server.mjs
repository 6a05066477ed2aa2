import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort } from './free-port.mjs'
import { commandOf, isAlive } from './process-identity.mjs'
import { directoryOfRedis } from './redis-directory.mjs'
import { spawnService } from './spawn-service.mjs'
import { endProcess, waitUntil } from './wait-until.mjs'

/** @typedef {{ path: string, libraryPath?: string | undefined }} Binary */
/** @typedef {{ home: string, password: string, persist: boolean, preferredPort?: number | undefined }} Options */

/**
 * Returns the Redis of this directory that survived a killed launcher, or null. Redis shows its address in its
 * command line, which distinguishes it from another process with the same pid.
 * @param {string} home
 */
export function findLeftRedis(home) {
  try {
    const { pid, port } = JSON.parse(readFileSync(join(home, 'running.json'), 'utf8'))
    return isAlive(pid) && commandOf(pid).includes(`127.0.0.1:${port}`)
      ? { pid: Number(pid), port: Number(port) }
      : null
  } catch {
    return null
  }
}

/**
 * Starts Redis. Another process may take the probed port first, so a start that fails to
 * bind is retried on the next port.
 * @param {Binary} binary
 * @param {Options} options
 */
export async function runRedis(binary, options) {
  const log = join(options.home, 'redis.log')
  /** @type {Set<number>} */
  const failed = new Set()
  while (failed.size < 5) {
    const port = await findFreePort(options.preferredPort, failed)
    const pid = await startOnce(binary, options, { port, log })
    if (pid) return { pid, port }
    failed.add(port)
    if (!readFileSync(log, 'utf8').includes('Address already in use')) break
  }
  throw new Error(`Redis did not start. Its log, ${log}, ends with:\n${readFileSync(log, 'utf8').slice(-1500)}`)
}

/**
 * Starts Redis on this port.
 * @param {Binary} binary
 * @param {Options} options
 * @param {{ port: number, log: string }} place
 * @returns {Promise<number | null>} The pid once it responds, or null if it ended or timed out
 */
async function startOnce({ path, libraryPath }, { home, password, persist }, { port, log }) {
  const input = settings({ home, port, password, persist }).join('\n')
  const env = libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {}
  const service = spawnService(path, ['-'], { log, input, env, cwd: home })
  // This file must be written before Redis is ready, because the launcher could be killed in between.
  if (service.pid)
    writeFileSync(join(home, 'running.json'), JSON.stringify({ pid: service.pid, port }), { mode: 0o600 })
  const directory = realpathSync(home)
  const isReady = async () => (await directoryOfRedis(port, password)) === directory
  const ready = await waitUntil(async () => service.hasEnded() || (await isReady()), { timeoutMs: 30_000 })
  if (service.hasEnded() || !service.pid) return null
  if (ready) return service.pid
  await endProcess(service.pid, [['SIGKILL', 5_000]])
  return null
}

/**
 * Returns the configuration. Redis must not evict keys, because it also stores jobs and the
 * event logs of running streams.
 */
function settings(/** @type {{ home: string, port: number, password: string, persist: boolean }} */ options) {
  return [
    `port ${options.port}`,
    'bind 127.0.0.1',
    `requirepass ${JSON.stringify(options.password)}`,
    `dir ${JSON.stringify(options.home)}`,
    `appendonly ${options.persist ? 'yes' : 'no'}`,
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
    '',
  ]
}
