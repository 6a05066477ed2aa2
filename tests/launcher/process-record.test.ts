import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isAlive, startTimeOf } from '../../scripts/launcher/process-identity.mjs'
import { endLeftProcesses, openProcessRecord } from '../../scripts/launcher/process-record.mjs'
import { scratchDirectory } from './scratch'

/** Starts a process in its own process group that runs until it is killed. */
function startSleeper(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  if (!child.pid) throw new Error('The process did not start')
  return child.pid
}

test('the next launcher ends the recorded processes of a killed launcher', async () => {
  const dataDir = scratchDirectory()
  const [leftover, ended] = [startSleeper(), startSleeper()]
  const record = openProcessRecord(dataDir)
  record.add(leftover)
  record.add(ended)
  record.remove(ended)
  expect(await endLeftProcesses(dataDir)).toBe(1)
  expect(isAlive(leftover)).toBe(false)
  expect(isAlive(ended)).toBe(true)
  expect(await endLeftProcesses(dataDir)).toBe(0)
})

test('does not end another process that has the pid of a recorded one', async () => {
  const dataDir = scratchDirectory()
  const stranger = startSleeper()
  const entries = [{ pid: stranger, startTime: `${startTimeOf(stranger)}0` }]
  writeFileSync(join(dataDir, 'processes.json'), JSON.stringify(entries))
  expect(await endLeftProcesses(dataDir)).toBe(0)
  expect(isAlive(stranger)).toBe(true)
})
