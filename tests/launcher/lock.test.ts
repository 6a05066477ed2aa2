import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readHolder, takeLock } from '../../scripts/launcher/lock.mjs'
import { runModule } from './run-module'
import { scratchDirectory } from './scratch'

const holding = (file: string) =>
  runModule(`
    import { takeLock } from 'scripts/launcher/lock.mjs'
    const lock = takeLock(${JSON.stringify(file)})
    console.log(lock.holder ? 'held by ' + lock.holder.pid : 'mine')
    process.stdin.resume().on('end', () => process.exit())
  `)

test('a second start learns who holds the lock and where it serves', () => {
  const file = join(scratchDirectory(), 'launcher.lock')
  const first = takeLock(file)
  if (first.holder) throw new Error('nobody else can hold it')
  first.note({ url: 'http://localhost:3000' })
  expect(takeLock(file).holder).toMatchObject({ pid: process.pid, url: 'http://localhost:3000' })
  first.release()
  expect(existsSync(file)).toBe(false)
})

test('the lock of a process that was killed is taken over', async () => {
  const file = join(scratchDirectory(), 'launcher.lock')
  const killed = holding(file)
  expect(await killed.firstLine).toBe('mine')
  expect(takeLock(file).holder?.pid).toBe(killed.child.pid)
  killed.child.kill('SIGKILL')
  await killed.end
  expect(readHolder(file)?.holder).toBeNull()
  expect(takeLock(file).holder).toBeNull()
})

test('a living process that only has the number of the old holder holds nothing', () => {
  const file = join(scratchDirectory(), 'launcher.lock')
  writeFileSync(file, JSON.stringify({ pid: process.ppid, startTime: 'long ago' }))
  expect(takeLock(file).holder).toBeNull()
})

test.each(['a stale', 'no', 'a broken'])('of six starts at once over %s lock exactly one gets it', async (before) => {
  const file = join(scratchDirectory(), 'launcher.lock')
  if (before === 'a stale') writeFileSync(file, JSON.stringify({ pid: 2 ** 22 - 1, startTime: 'long ago' }))
  if (before === 'a broken') writeFileSync(file, '{"pid":')
  const starts = Array.from({ length: 6 }, () => holding(file))
  const said = await Promise.all(starts.map(({ firstLine }) => firstLine))
  const winner = starts[said.indexOf('mine')]
  expect(said.filter((line) => line === 'mine')).toHaveLength(1)
  expect(said.filter((line) => line === `held by ${winner?.child.pid}`)).toHaveLength(5)
  expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(winner?.child.pid)
})
