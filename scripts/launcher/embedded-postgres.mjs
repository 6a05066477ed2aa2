import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { placePostgres } from './place-postgres.mjs'
import { clusterOf, hasCluster, initCluster, readPidFile } from './postgres-cluster.mjs'
import { openDatabase } from './postgres-database.mjs'
import { runPostgres } from './postgres-server.mjs'
import { commandOf, isAlive } from './process-identity.mjs'
import { secretFile } from './secret-file.mjs'
import { endProcess } from './wait-until.mjs'

/** @typedef {import('./place-postgres.mjs').Place} Place */

/**
 * @typedef {object} RunningPostgres
 * @property {string} url URL of the database `goldfish`, with the superuser's credentials
 * @property {number} port
 * @property {number} pid
 * @property {boolean} reused True if it was still running after an earlier launcher was killed
 * @property {(options?: { force?: boolean }) => Promise<void>} stop
 */

/**
 * Starts Postgres on this data directory, or reuses a server that is still running on it. It listens on 127.0.0.1
 * only and requires a password (SCRAM).
 * @param {object} options
 * @param {string} options.dataDir
 * @param {number | undefined} [options.preferredPort]
 * @param {boolean} [options.durable] False for tests: faster, loses data in a crash, and is deleted when it stops
 * @param {(line: string) => void} [options.print]
 * @returns {Promise<RunningPostgres>}
 */
export async function startPostgres({ dataDir, preferredPort, durable = true, print = () => {} }) {
  mkdirSync(dataDir, { recursive: true })
  const place = placePostgres(dataDir)
  const password = secretFile(join(dataDir, 'secrets', 'postgres-password'), () => randomBytes(24).toString('hex'))

  const leftover = await reuseRunning(place, password)
  if (leftover) return { ...leftover, reused: true, stop: createStop(place, leftover.pid, { dataDir, durable }) }

  if (!hasCluster(place)) {
    if (place.home !== dataDir)
      print(
        `Postgres: the data is stored in ${place.home}, because the user that Postgres runs as cannot read this checkout`,
      )
    await initCluster(place, password, durable)
  }
  const { pid, port } = await runPostgres(place, { preferredPort, durable })
  const stop = createStop(place, pid, { dataDir, durable })
  if (!durable) process.once('exit', () => quitNow(pid))
  return { url: await openDatabase(password, port), port, pid, reused: false, stop }
}

/**
 * Reuses a Postgres that survived a killed launcher. If it does not respond it is ended,
 * because it would block the directory.
 * @param {Place} place
 * @param {string} password
 */
async function reuseRunning(place, password) {
  const leftover = readPidFile(place)
  if (!leftover) return null
  if (!isAlive(leftover.pid) || !commandOf(leftover.pid).includes(clusterOf(place))) {
    // Postgres itself would not start, because it accepts any living process with this pid as the owner of the file.
    rmSync(join(clusterOf(place), 'postmaster.pid'), { force: true })
    return null
  }
  try {
    return { pid: leftover.pid, port: leftover.port, url: await openDatabase(password, leftover.port) }
  } catch {
    await endProcess(leftover.pid, [
      ['SIGINT', 10_000],
      ['SIGQUIT', 5_000],
    ])
    return null
  }
}

/**
 * Returns the function that stops Postgres. SIGINT requests a fast shutdown: sessions end and a checkpoint is
 * written. SIGQUIT ends the server at once, and the next start must recover.
 * @param {Place} place
 * @param {number} pid
 * @param {{ dataDir: string, durable: boolean }} kind
 * @returns {RunningPostgres['stop']}
 */
function createStop(place, pid, { dataDir, durable }) {
  return async ({ force = false } = {}) => {
    if (!force && durable) await endProcess(pid, [['SIGINT', 15_000]])
    await endProcess(pid, [['SIGQUIT', 5_000]])
    if (durable) return
    const files = place.home === dataDir ? [clusterOf(place), join(dataDir, 'postgres.log')] : [place.home]
    for (const path of files) rmSync(path, { recursive: true, force: true })
  }
}

function quitNow(/** @type {number} */ pid) {
  try {
    process.kill(pid, 'SIGQUIT')
  } catch {
    // The process has already ended.
  }
}
