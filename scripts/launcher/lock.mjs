import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { startTimeOf } from './process-identity.mjs'

/**
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string | null} startTime Distinguishes the process from a later one with the same pid
 * @property {string} [url] URL of the app, once it is ready
 */

/**
 * Acquires a lock file, which names the process that holds it. If that process was killed and no longer runs, the
 * lock is taken over. Throws if other processes keep changing the file.
 * @param {string} file
 * @returns {{ holder: Holder } | { holder: null, update: (facts: { url: string }) => void, release: () => void }} The
 *   running holder, or null if this process now holds the lock
 */
export function acquireLock(file) {
  mkdirSync(dirname(file), { recursive: true })
  const mine = { pid: process.pid, startTime: startTimeOf(process.pid) }
  const draft = `${file}.${process.pid}`
  try {
    // Two processes that start at the same moment may each read the other's unfinished
    // change, so this must be retried.
    for (let round = 0; round < 20; round++) {
      writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 })
      if (linkIfAbsent(draft, file))
        return { holder: null, update: (facts) => replace(file, { ...mine, ...facts }), release }
      const found = readHolder(file)
      if (found?.holder) return { holder: found.holder }
      if (found) removeStale(file, found.text)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  throw new Error(`${file} cannot be locked because other processes keep changing it. Start again.`)

  function release() {
    if (readHolder(file)?.holder?.pid === process.pid) rmSync(file, { force: true })
  }
}

/**
 * Creates the file by a hard link, so that it is complete when it appears. Returns false if the file already exists.
 */
function linkIfAbsent(/** @type {string} */ draft, /** @type {string} */ file) {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Reads a lock file. Returns null if there is none.
 * @param {string} file
 * @returns {{ text: string, holder: Holder | null } | null} `holder` is null if the process no longer runs
 */
export function readHolder(file) {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
    const holder = /** @type {Holder} */ (JSON.parse(text))
    const runs = startTimeOf(holder.pid) !== null && startTimeOf(holder.pid) === holder.startTime
    return { text, holder: runs ? holder : null }
  } catch (error) {
    return error instanceof SyntaxError ? { text, holder: null } : null
  }
}

/**
 * Removes a stale lock. It is renamed and compared first, because another process may have replaced it by a new lock.
 */
function removeStale(/** @type {string} */ file, /** @type {string} */ staleText) {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return // Another process has removed it.
  }
  if (readFileSync(aside, 'utf8') !== staleText) linkIfAbsent(aside, file)
  rmSync(aside, { force: true })
}

function replace(/** @type {string} */ file, /** @type {Holder} */ holder) {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 })
  renameSync(draft, file)
}
