import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTimeOf } from './process-identity.mjs'
import { endProcess } from './wait-until.mjs'

/**
 * The app processes of this launcher, on disk: when it is killed with -9 they live on, and hold the port. The next
 * start reads who they were and ends them.
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
    /** @param {number} pid leader of its process group */
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
 * @param {string} dataDir
 * @returns {Promise<number>} how many there were
 */
export async function endLeftProcesses(dataDir) {
  const file = join(dataDir, 'processes.json')
  const left = readRecord(file).filter(({ pid, startTime }) => startTime !== null && startTimeOf(pid) === startTime)
  await Promise.all(
    left.map(({ pid }) =>
      endProcess(
        pid,
        [
          // Nobody waits for their answers any more: the proxy or terminal in front of them is gone.
          ['SIGTERM', 2_000],
          ['SIGKILL', 5_000],
        ],
        { group: true },
      ),
    ),
  )
  rmSync(file, { force: true })
  return left.length
}

/** @returns {{ pid: number, startTime: string | null }[]} */
function readRecord(/** @type {string} */ file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}
