import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isAlive, startTimeOf } from '../../scripts/launcher/process-identity.mjs'
import { endLeftProcesses, openProcessRecord } from '../../scripts/launcher/process-record.mjs'
import { scratchDirectory } from './scratch'

/** A process in a group of its own that does not leave by itself. */
function startSleeper(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  if (!child.pid) throw new Error('it did not start')
  return child.pid
}

test('what a killed launcher left running is ended by the next', async () => {
  const dataDir = scratchDirectory()
  const [left, ended] = [startSleeper(), startSleeper()]
  const record = openProcessRecord(dataDir)
  record.add(left)
  record.add(ended)
  record.remove(ended)
  expect(await endLeftProcesses(dataDir)).toBe(1)
  expect(isAlive(left)).toBe(false)
  expect(isAlive(ended)).toBe(true)
  expect(await endLeftProcesses(dataDir)).toBe(0)
})

test('somebody else who got the number of one of them is left alone', async () => {
  const dataDir = scratchDirectory()
  const stranger = startSleeper()
  const entries = [{ pid: stranger, startTime: `${startTimeOf(stranger)}0` }]
  writeFileSync(join(dataDir, 'processes.json'), JSON.stringify(entries))
  expect(await endLeftProcesses(dataDir)).toBe(0)
  expect(isAlive(stranger)).toBe(true)
})
