import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort } from './free-port.mjs'
import { clusterOf, readPidFile } from './postgres-cluster.mjs'
import { spawnService } from './spawn-service.mjs'
import { endProcess, waitUntil } from './wait-until.mjs'

/** @typedef {import('./place-postgres.mjs').Place} Place */

/** The connection limit must allow several app processes and test runs with ten connections each. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
}
const unsafeSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/**
 * Starts Postgres. Another process may take the probed port first, so a start that fails to
 * bind is retried on the next one.
 * @param {Place} place
 * @param {{ preferredPort?: number | undefined, durable: boolean }} options
 */
export async function runPostgres(place, { preferredPort, durable }) {
  const log = join(place.home, 'postgres.log')
  /** @type {Set<number>} */
  const failed = new Set()
  while (failed.size < 5) {
    const port = await findFreePort(preferredPort, failed)
    const pid = await startOnce(place, { port, durable, log })
    if (pid) return { pid, port }
    failed.add(port)
    if (!/could not bind|Address already in use/.test(readFileSync(log, 'utf8'))) break
  }
  throw new Error(`Postgres did not start. Its log, ${log}, ends with:\n${readFileSync(log, 'utf8').slice(-1500)}`)
}

/**
 * Starts Postgres on this port.
 * @param {Place} place
 * @param {{ port: number, durable: boolean, log: string }} options
 * @returns {Promise<number | null>} The pid once it accepts connections, or null if it ended or timed out
 */
async function startOnce(place, { port, durable, log }) {
  const chosen = Object.entries(durable ? settings : { ...settings, ...unsafeSettings })
  const args = [
    '-D',
    clusterOf(place),
    '-p',
    String(port),
    ...chosen.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const service = spawnService(join(place.native, 'bin', 'postgres'), args, { log, account: place.account })
  // The server's pid file shows when it is ready. Connecting earlier would only fill its log with errors.
  const isReady = () => {
    const file = readPidFile(place)
    return file?.pid === service.pid && file?.state === 'ready'
  }
  await waitUntil(() => service.hasEnded() || isReady(), { timeoutMs: 60_000 })
  if (service.hasEnded() || !service.pid) return null
  if (isReady()) return service.pid
  await endProcess(service.pid, [['SIGQUIT', 5_000]])
  return null
}
