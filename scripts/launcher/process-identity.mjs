import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

// After a kill -9 the system may assign the pid to another process. Before a recorded process is reused or stopped,
// its start time or command line must therefore be compared.

/** Returns whether a process with this pid runs. A zombie does not count as running. @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM means that the process exists but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' && !isZombie(pid)
  }
  return !isZombie(pid)
}

/**
 * Returns whether the process is a zombie. It accepts signals but has ended, and in some
 * containers it is never reaped.
 */
function isZombie(/** @type {number} */ pid) {
  return statFields(pid)?.[0] === 'Z'
}

/**
 * Returns when the process started, in a unit that depends on the system, so that it can only be compared.
 * @param {number} pid
 * @returns {string | null} Null if there is no such process
 */
export function startTimeOf(pid) {
  if (process.platform === 'linux') return isZombie(pid) ? null : (statFields(pid)?.[19] ?? null)
  return runPs(['-o', 'lstart=', '-p', String(pid)])
}

/**
 * Returns the command line of a process.
 * @param {number} pid
 * @returns {string} Empty if it cannot be read
 */
export function commandOf(pid) {
  if (process.platform !== 'linux') return runPs(['-o', 'command=', '-p', String(pid)]) ?? ''
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/**
 * Returns the fields of /proc/PID/stat from the third (state) on. The second is the name and
 * may contain spaces and brackets.
 */
function statFields(/** @type {number} */ pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

function runPs(/** @type {string[]} */ args) {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null
  } catch {
    return null
  }
}
