import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findFreePort } from '../../scripts/launcher/free-port.mjs'
import { isAlive } from '../../scripts/launcher/process-identity.mjs'
import { runInstance } from '../../scripts/launcher/run-instance.mjs'
import { waitUntil } from '../../scripts/launcher/wait-until.mjs'

async function run(args: string[]) {
  const port = await findFreePort()
  const running = new Set<number>()
  const lines: string[] = []
  const instance = runInstance({
    name: 'The app',
    port,
    args,
    env: { ...process.env, PORT: String(port) },
    record: { add: (pid) => running.add(pid), remove: (pid) => running.delete(pid) },
    print: (line) => lines.push(line),
    readyTimeoutMs: 10_000,
    drainMs: 1_000,
    signal: new AbortController().signal,
  })
  onTestFinished(() => instance.stop({ force: true }))
  const readServingPid = async () => {
    const response = await fetch(`http://127.0.0.1:${port}`).catch(() => null)
    return response && Number(await response.text())
  }
  return { instance, running, lines, readServingPid }
}

test('restarts a killed process on its port, but not after a stop', async () => {
  const { instance, running, lines, readServingPid } = await run([
    join(import.meta.dirname, 'fixtures', 'ready-server.mjs'),
  ])
  await instance.ready
  const first = Number(await readServingPid())
  expect([...running]).toEqual([first])

  process.kill(first, 'SIGKILL')
  const second = await waitUntil(readServingPid, { timeoutMs: 5_000 })
  expect(second).not.toBe(first)
  expect(lines).toEqual(['The app ended (SIGKILL). Restarting it in 0.2 s'])

  await instance.stop()
  expect(isAlive(Number(second))).toBe(false)
  expect(running.size).toBe(0)
  expect(lines).toHaveLength(1)
})

test('does not restart a process that ends before it was ready', async () => {
  const { instance, running } = await run(['-e', 'process.exit(1)'])
  await expect(instance.ready).rejects.toThrow('The app ended while it was starting.')
  expect(running.size).toBe(0)
})
