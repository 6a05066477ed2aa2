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
 * @property {string} url of the database `goldfish`, as a superuser
 * @property {number} port
 * @property {number} pid
 * @property {boolean} reused it was still running, left behind by a launcher that was killed
 * @property {(options?: { force?: boolean }) => Promise<void>} stop
 */

/**
 * Starts Postgres over this data directory, or takes over the one that still runs on it. It listens on 127.0.0.1 only
 * and asks for a password (SCRAM).
 * @param {object} options
 * @param {string} options.dataDir
 * @param {number | undefined} [options.preferredPort]
 * @param {boolean} [options.durable] false: quick, loses data in a crash, and is deleted when it stops (tests)
 * @param {(line: string) => void} [options.say]
 * @returns {Promise<RunningPostgres>}
 */
export async function startPostgres({ dataDir, preferredPort, durable = true, say = () => {} }) {
  mkdirSync(dataDir, { recursive: true })
  const place = placePostgres(dataDir)
  const password = secretFile(join(dataDir, 'secrets', 'postgres-password'), () => randomBytes(24).toString('hex'))

  const left = await takeOver(place, password)
  if (left) return { ...left, reused: true, stop: stopper(place, left.pid, { dataDir, durable }) }

  if (!hasCluster(place)) {
    if (place.home !== dataDir) say(`Postgres keeps its data in ${place.home}: its user cannot reach this checkout`)
    await initCluster(place, password, durable)
  }
  const { pid, port } = await runPostgres(place, { preferredPort, durable })
  const stop = stopper(place, pid, { dataDir, durable })
  if (!durable) process.once('exit', () => quit(pid))
  return { url: await openDatabase(password, port), port, pid, reused: false, stop }
}

/**
 * A Postgres left by a kill -9: used again if it answers, else ended, so that it never blocks the directory.
 * @param {Place} place
 * @param {string} password
 */
async function takeOver(place, password) {
  const left = readPidFile(place)
  if (!left) return null
  if (!isAlive(left.pid) || !commandOf(left.pid).includes(clusterOf(place))) {
    // Postgres itself would trust any living process of that number.
    rmSync(join(clusterOf(place), 'postmaster.pid'), { force: true })
    return null
  }
  try {
    return { pid: left.pid, port: left.port, url: await openDatabase(password, left.port) }
  } catch {
    await endProcess(left.pid, [
      ['SIGINT', 10_000],
      ['SIGQUIT', 5_000],
    ])
    return null
  }
}

/**
 * SIGINT is Postgres' fast shutdown: sessions end, a checkpoint is written. SIGQUIT ends it at once; the next start
 * recovers.
 * @param {Place} place
 * @param {number} pid
 * @param {{ dataDir: string, durable: boolean }} kind
 * @returns {RunningPostgres['stop']}
 */
function stopper(place, pid, { dataDir, durable }) {
  return async ({ force = false } = {}) => {
    if (!force && durable) await endProcess(pid, [['SIGINT', 15_000]])
    await endProcess(pid, [['SIGQUIT', 5_000]])
    if (durable) return
    const waste = place.home === dataDir ? [clusterOf(place), join(dataDir, 'postgres.log')] : [place.home]
    for (const path of waste) rmSync(path, { recursive: true, force: true })
  }
}

function quit(/** @type {number} */ pid) {
  try {
    process.kill(pid, 'SIGQUIT')
  } catch {
    // It is gone already, which is all we wanted.
  }
}
