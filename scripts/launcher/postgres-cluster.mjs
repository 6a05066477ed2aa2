import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bareEnvironment } from './bare-environment.mjs'

/** @typedef {import('./place-postgres.mjs').Place} Place */

/** @param {Place} place */
export const clusterOf = (place) => join(place.home, 'postgres')

/** @param {Place} place */
export const hasCluster = (place) => existsSync(join(clusterOf(place), 'PG_VERSION'))

/**
 * Reads postmaster.pid: line 1 is the pid, line 4 the port, and line 8 the state
 * (`ready` once it accepts connections).
 * @param {Place} place
 */
export function readPidFile(place) {
  try {
    const lines = readFileSync(join(clusterOf(place), 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), port: Number(lines[3]), state: lines[7]?.trim() ?? '' }
  } catch {
    return null
  }
}

/**
 * Creates the cluster in a temporary directory and renames it, so that an initdb that is
 * killed leaves no broken cluster.
 * @param {Place} place
 * @param {string} password Password of the superuser `goldfish`
 * @param {boolean} durable
 */
export async function initCluster(place, password, durable) {
  const draft = `${clusterOf(place)}.new`
  const passwordFile = `${draft}.password`
  for (const path of [draft, passwordFile, clusterOf(place)]) rmSync(path, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (place.account) {
    for (const path of [draft, passwordFile]) chownSync(path, place.account.uid, place.account.gid)
  }
  const access = ['-U', 'goldfish', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
  // Postgres' built-in collation gives the same order on every machine, independent of the installed locales.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const args = ['-D', draft, ...access, ...locale, ...(durable ? [] : ['--no-sync'])]
  try {
    const options = { ...place.account, cwd: '/', env: bareEnvironment() }
    await promisify(execFile)(join(place.native, 'bin', 'initdb'), args, options)
    renameSync(draft, clusterOf(place))
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw new Error(`Postgres could not create its data directory ${clusterOf(place)}`, { cause: error })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}
