import { Worker, type WorkerOptions } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { runInWorker } from '@/lib/worker/run-in-worker'
import type { Probe } from './probe.worker'

const start = (options: WorkerOptions) => new Worker(new URL('./probe.worker.ts', import.meta.url), { ...options })
const limits = { queue: 'probe', maxThreads: 2, maxWaiting: 1, deadlineMs: 60_000, maxHeapMiB: 64 }
const call = (probe: Probe, changes: Partial<typeof limits> = {}, signal?: AbortSignal) =>
  runInWorker<unknown>(start, probe, { ...limits, ...changes }, signal)

/** `entered()` returns how many calls of kind `wait` have begun. `open()` lets them end. */
function createGate() {
  const gate = new SharedArrayBuffer(8)
  const flags = new Int32Array(gate)
  return {
    gate,
    entered: () => Atomics.load(flags, 0),
    open: () => {
      Atomics.store(flags, 1, 1)
      Atomics.notify(flags, 1)
    },
  }
}

test('returns a structured clone of the result', async () => {
  const value = { text: 'é👍', list: [1, null, { deep: true }] }
  const answer = await call({ kind: 'echo', value })
  expect(answer).toEqual(value)
  expect(answer).not.toBe(value)
})

test.each([
  ['crashed', 'the work throws', { kind: 'throw' }, {}],
  ['crashed', 'the thread exits without an answer', { kind: 'exit' }, {}],
  ['deadline exceeded', 'the work never ends', { kind: 'spin' }, { deadlineMs: 300 }],
  ['out of memory', 'the work fills its heap', { kind: 'fill' }, {}],
] as const)('fails with "%s" when %s, and the next call works', async (reason, _, probe, changes) => {
  await expect(call(probe, changes)).rejects.toMatchObject({ name: 'WorkerFailure', reason })
  expect(await call({ kind: 'echo', value: 'alive' })).toBe('alive')
})

test('passes the error of the work as the cause of the failure', async () => {
  await expect(call({ kind: 'throw' })).rejects.toMatchObject({ cause: { message: 'thrown in the thread' } })
})

test("rejects a running and a waiting call with the signal's reason when the signal aborts", async () => {
  const gate = createGate()
  const abort = new AbortController()
  const running = call({ kind: 'wait', gate: gate.gate }, { maxThreads: 1 }, abort.signal)
  const waiting = call({ kind: 'echo' }, { maxThreads: 1 }, abort.signal)
  const settled = Promise.allSettled([running, waiting])
  await vi.waitFor(() => expect(gate.entered()).toBe(1), { timeout: 8_000 })
  abort.abort('the reader has gone')
  const rejected = { status: 'rejected', reason: 'the reader has gone' }
  expect(await settled).toEqual([rejected, rejected])
  expect(await call({ kind: 'echo', value: 1 }, { maxThreads: 1 })).toBe(1)
  await expect(call({ kind: 'echo' }, {}, abort.signal)).rejects.toBe('the reader has gone')
})

test('limits running threads and waiting calls for each queue separately', async () => {
  const gate = createGate()
  const wait = (value: number) => call({ kind: 'wait', gate: gate.gate, value })
  const calls = [wait(1), wait(2), wait(3)]
  await vi.waitFor(() => expect(gate.entered()).toBe(2), { timeout: 8_000 })
  await expect(wait(4)).rejects.toMatchObject({ reason: 'busy' })
  expect(await call({ kind: 'echo', value: 'other' }, { queue: 'another' })).toBe('other')
  expect(gate.entered()).toBe(2)
  gate.open()
  expect(await Promise.all(calls)).toEqual([1, 2, 3])
})
