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
 * @property {boolean} reused it was still running, left behind by a launcher that was killed
 * @property {(options?: { force?: boolean }) => Promise<void>} stop
 */

/**
 * Starts Redis over `<dataDir>/redis`, or takes over the one that still runs on it: on its own port of 127.0.0.1, with a
 * password.
 * @param {object} options
 * @param {import('./redis-server.mjs').Binary} options.binary
 * @param {string} options.dataDir
 * @param {number | undefined} [options.preferredPort]
 * @param {boolean} [options.persist] keep an append-only file
 * @param {string | undefined} [options.password]
 * @returns {Promise<RunningRedis>}
 */
export async function startRedis({ binary, dataDir, preferredPort, persist = true, password: given }) {
  const home = join(dataDir, 'redis')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const password =
    given ?? secretFile(join(dataDir, 'secrets', 'redis-password'), () => randomBytes(24).toString('hex'))

  const left = findLeftRedis(home)
  const isUsable = left && (await directoryOfRedis(left.port, password)) === realpathSync(home)
  // Frozen, or under another password: two servers over one append-only file would ruin it.
  if (left && !isUsable) await end(left.pid, { patienceMs: 2_000 })
  const { pid, port } = left && isUsable ? left : await runRedis(binary, { home, password, persist, preferredPort })

  return {
    url: `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    port,
    pid,
    reused: Boolean(isUsable),
    stop: async ({ force = false } = {}) => {
      await end(pid, { patienceMs: force ? 0 : 10_000 })
      rmSync(join(home, 'running.json'), { force: true })
    },
  }
}

/**
 * @param {number} pid
 * @param {{ patienceMs: number }} options how long it may take to write its file out
 */
async function end(pid, { patienceMs }) {
  if (patienceMs > 0) await endProcess(pid, [['SIGTERM', patienceMs]])
  await endProcess(pid, [['SIGKILL', 5_000]])
}
