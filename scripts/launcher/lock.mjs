import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { startTimeOf } from './process-identity.mjs'

/**
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string | null} startTime tells the process from a later one with the same number
 * @property {string} [url] where it serves, once it does
 */

/**
 * One process at a time, by a file that names its holder. A holder killed with -9 leaves the file behind; it is then
 * taken over, because no such process runs any more.
 * @param {string} file
 * @returns {{ holder: Holder } | { holder: null, note: (facts: { url: string }) => void, release: () => void }}
 *   the living holder, or null when it is ours now
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true })
  const mine = { pid: process.pid, startTime: startTimeOf(process.pid) }
  const draft = `${file}.${process.pid}`
  try {
    // Two starts at the same moment may each find the other's half-done change: a few rounds settle it.
    for (let round = 0; round < 20; round++) {
      writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 })
      if (appear(draft, file)) return { holder: null, note: (facts) => replace(file, { ...mine, ...facts }), release }
      const found = readHolder(file)
      if (found?.holder) return { holder: found.holder }
      if (found) removeStale(file, found.text)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  throw new Error(`${file} cannot be taken: other starts keep changing it.`)

  function release() {
    if (readHolder(file)?.holder?.pid === process.pid) rmSync(file, { force: true })
  }
}

/** A hard link puts the file there whole or not at all, and fails when somebody else's is there. */
function appear(/** @type {string} */ draft, /** @type {string} */ file) {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * @param {string} file
 * @returns {{ text: string, holder: Holder | null } | null} holder null: it does not run any more
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

/** Moved aside and looked at before it is thrown away: it may have become a quicker start's new lock in between. */
function removeStale(/** @type {string} */ file, /** @type {string} */ staleText) {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return // Somebody else was quicker.
  }
  if (readFileSync(aside, 'utf8') !== staleText) appear(aside, file)
  rmSync(aside, { force: true })
}

function replace(/** @type {string} */ file, /** @type {Holder} */ holder) {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 })
  renameSync(draft, file)
}
