import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTimeOf } from './process-identity.mjs'
import { endProcess } from './wait-until.mjs'

/**
 * Records the app processes of this launcher on disk. If the launcher is killed with -9 they keep running and keep
 * the port, so the next start must end them.
 * @param {string} dataDir
 */
export function openProcessRecord(dataDir) {
  const file = join(dataDir, 'processes.json')
  /** @type {Map<number, string | null>} */
  const running = new Map()
  const write = () => {
    const entries = [...running].map(([pid, startTime]) => ({ pid, startTime }))
    writeFileSync(`${file}.new`, JSON.stringify(entries), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  return {
    /** @param {number} pid The leader of its process group */
    add(pid) {
      running.set(pid, startTimeOf(pid))
      write()
    },
    /** @param {number} pid */
    remove(pid) {
      running.delete(pid)
      write()
    },
    close: () => rmSync(file, { force: true }),
  }
}

/**
 * Ends the recorded processes of an earlier launcher.
 * @param {string} dataDir
 * @returns {Promise<number>} The number of processes that were still running
 */
export async function endLeftProcesses(dataDir) {
  const file = join(dataDir, 'processes.json')
  const leftover = readRecord(file).filter(({ pid, startTime }) => startTime !== null && startTimeOf(pid) === startTime)
  await Promise.all(
    leftover.map(({ pid }) =>
      endProcess(
        pid,
        [
          // The timeout is short because the proxy or terminal in front of these processes
          // has ended, so no client waits.
          ['SIGTERM', 2_000],
          ['SIGKILL', 5_000],
        ],
        { group: true },
      ),
    ),
  )
  rmSync(file, { force: true })
  return leftover.length
}

/** @returns {{ pid: number, startTime: string | null }[]} */
function readRecord(/** @type {string} */ file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}
