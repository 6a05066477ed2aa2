import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { acquireLock, readHolder } from '../../scripts/launcher/lock.mjs'
import { runModule } from './run-module'
import { scratchDirectory } from './scratch'

const startHolder = (file: string) =>
  runModule(`
    import { acquireLock } from 'scripts/launcher/lock.mjs'
    const lock = acquireLock(${JSON.stringify(file)})
    console.log(lock.holder ? 'held by ' + lock.holder.pid : 'acquired')
    process.stdin.resume().on('end', () => process.exit())
  `)

test('a second launcher reads the pid and the URL of the holder', () => {
  const file = join(scratchDirectory(), 'launcher.lock')
  const first = acquireLock(file)
  if (first.holder) throw new Error('no other process can hold the lock of a new directory')
  first.update({ url: 'http://localhost:3000' })
  expect(acquireLock(file).holder).toMatchObject({ pid: process.pid, url: 'http://localhost:3000' })
  first.release()
  expect(existsSync(file)).toBe(false)
})

test('takes over the lock of a process that was killed', async () => {
  const file = join(scratchDirectory(), 'launcher.lock')
  const killed = startHolder(file)
  expect(await killed.firstLine).toBe('acquired')
  expect(acquireLock(file).holder?.pid).toBe(killed.child.pid)
  killed.child.kill('SIGKILL')
  await killed.end
  expect(readHolder(file)?.holder).toBeNull()
  expect(acquireLock(file).holder).toBeNull()
})

test('ignores a running process that has the pid of the holder but another start time', () => {
  const file = join(scratchDirectory(), 'launcher.lock')
  writeFileSync(file, JSON.stringify({ pid: process.ppid, startTime: 'long ago' }))
  expect(acquireLock(file).holder).toBeNull()
})

test.each(['a stale', 'no', 'an invalid'])(
  'gives %s lock file to exactly one of six concurrent launchers',
  async (before) => {
    const file = join(scratchDirectory(), 'launcher.lock')
    if (before === 'a stale') writeFileSync(file, JSON.stringify({ pid: 2 ** 22 - 1, startTime: 'long ago' }))
    if (before === 'an invalid') writeFileSync(file, '{"pid":')
    const starts = Array.from({ length: 6 }, () => startHolder(file))
    const lines = await Promise.all(starts.map(({ firstLine }) => firstLine))
    const winner = starts[lines.indexOf('acquired')]
    expect(lines.filter((line) => line === 'acquired')).toHaveLength(1)
    expect(lines.filter((line) => line === `held by ${winner?.child.pid}`)).toHaveLength(5)
    expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(winner?.child.pid)
  },
)
