import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/*
 * A pid alone proves nothing: after a kill -9 the system hands the number to somebody else. Whoever is about to wait
 * for, reuse or stop a recorded process compares its start time or its command line first.
 */

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' && !isZombie(pid)
  }
  return !isZombie(pid)
}

/** A zombie answers signals and does nothing else; where the parent never reaps (some containers) it stays for ever. */
function isZombie(/** @type {number} */ pid) {
  return statFields(pid)?.[0] === 'Z'
}

/**
 * The moment the process started, in whatever unit the system counts: only good for comparing.
 * @param {number} pid
 * @returns {string | null} null when there is no such process
 */
export function startTimeOf(pid) {
  if (process.platform === 'linux') return isZombie(pid) ? null : (statFields(pid)?.[19] ?? null)
  return ask(['-o', 'lstart=', '-p', String(pid)])
}

/**
 * @param {number} pid
 * @returns {string} the command line, '' when it cannot be read
 */
export function commandOf(pid) {
  if (process.platform !== 'linux') return ask(['-o', 'command=', '-p', String(pid)]) ?? ''
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** Fields of /proc/PID/stat from the third (state) on: the second is the name, which may hold spaces and brackets. */
function statFields(/** @type {number} */ pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

function ask(/** @type {string[]} */ args) {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null
  } catch {
    return null
  }
}
