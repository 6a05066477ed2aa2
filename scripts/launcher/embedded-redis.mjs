import { randomBytes } from 'node:crypto'
import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { directoryOfRedis } from './redis-directory.mjs'
import { findLeftRedis, runRedis } from './redis-server.mjs'
import { secretFile } from './secret-file.mjs'
import { endProcess } from './wait-until.mjs'

export { findRedis } from './find-redis.mjs'

/**
 * @typedef {object} RunningRedis
 * @property {string} url
 * @property {number} port
 * @property {number} pid
 * @property {boolean} reused True if it was still running after an earlier launcher was killed
 * @property {(options?: { force?: boolean }) => Promise<void>} stop
 */

/**
 * Starts Redis on `<dataDir>/redis`, or reuses a server that is still running on it. It listens on
 * 127.0.0.1 only and requires a password.
 * @param {object} options
 * @param {import('./redis-server.mjs').Binary} options.binary
 * @param {string} options.dataDir
 * @param {number | undefined} [options.preferredPort]
 * @param {boolean} [options.persist] Write an append-only file
 * @param {string | undefined} [options.password]
 * @returns {Promise<RunningRedis>}
 */
export async function startRedis({ binary, dataDir, preferredPort, persist = true, password: given }) {
  const home = join(dataDir, 'redis')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const password =
    given ?? secretFile(join(dataDir, 'secrets', 'redis-password'), () => randomBytes(24).toString('hex'))

  const leftover = findLeftRedis(home)
  const isUsable = leftover && (await directoryOfRedis(leftover.port, password)) === realpathSync(home)
  // The server hangs or has another password. It must be ended, because two servers
  // would corrupt one append-only file.
  if (leftover && !isUsable) await end(leftover.pid, { timeoutMs: 2_000 })
  const { pid, port } =
    leftover && isUsable ? leftover : await runRedis(binary, { home, password, persist, preferredPort })

  return {
    url: `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    port,
    pid,
    reused: Boolean(isUsable),
    stop: async ({ force = false } = {}) => {
      await end(pid, { timeoutMs: force ? 0 : 10_000 })
      rmSync(join(home, 'running.json'), { force: true })
    },
  }
}

/**
 * @param {number} pid
 * @param {{ timeoutMs: number }} options How long the server may take to write its file; 0 kills it at once
 */
async function end(pid, { timeoutMs }) {
  if (timeoutMs > 0) await endProcess(pid, [['SIGTERM', timeoutMs]])
  await endProcess(pid, [['SIGKILL', 5_000]])
}
