import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  createHighlighter,
  type HighlightRequest,
  type HighlightWorker,
} from '@/components/markdown/highlight-in-worker'

const workers: (HighlightWorker & { isTerminated: boolean; requests: HighlightRequest[] })[] = []

/** Creates a worker that responds only when the test calls its handlers. */
function startWorker(): HighlightWorker {
  const worker = {
    onmessage: null,
    onerror: null,
    isTerminated: false,
    requests: [] as HighlightRequest[],
    postMessage: (request: HighlightRequest) => void worker.requests.push(request),
    terminate: () => {
      worker.isTerminated = true
    },
  }
  workers.push(worker)
  return worker
}

const request = (code: string): HighlightRequest => ({ code, language: 'markdown' })
const always = () => true

beforeEach(() => {
  vi.useFakeTimers()
  workers.length = 0
})
afterEach(() => vi.useRealTimers())

/** Runs pending promises of the highlighter and then advances the clock. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

it('highlights one block at a time in the same worker', async () => {
  const highlight = createHighlighter(startWorker)
  const [first, second] = [highlight(request('a'), always), highlight(request('b'), always)]
  await pass(0)
  expect(workers.map(({ requests }) => requests.length)).toEqual([1])
  workers[0]?.onmessage?.({ data: { type: 'runs', runs: [{ text: 'a', kind: null }] } })
  expect(await first).toEqual([{ text: 'a', kind: null }])
  await pass(0)
  workers[0]?.onmessage?.({ data: { type: 'runs', runs: [] } })
  expect(await second).toEqual([])
  expect(workers).toHaveLength(1)
})

it('terminates the worker and leaves the code plain after the deadline', async () => {
  const highlight = createHighlighter(startWorker)
  const first = highlight(request('slow'), always)
  await pass(0)
  workers[0]?.onmessage?.({ data: { type: 'started' } })
  await pass(1000)
  expect(await first).toBeNull()
  expect(workers[0]?.isTerminated).toBe(true)
  const second = highlight(request('fast'), always)
  await pass(0)
  workers[1]?.onmessage?.({ data: { type: 'runs', runs: [] } })
  expect(await second).toEqual([])
})

it('stops highlighting on a page after three missed deadlines', async () => {
  const highlight = createHighlighter(startWorker)
  for (let count = 0; count < 3; count++) {
    const result = highlight(request('slow'), always)
    await pass(0)
    workers.at(-1)?.onmessage?.({ data: { type: 'started' } })
    await pass(1000)
    expect(await result).toBeNull()
  }
  expect(await highlight(request('fast'), always)).toBeNull()
  expect(workers).toHaveLength(3)
})

it('skips a block that was removed from the page while it was queued', async () => {
  const highlight = createHighlighter(startWorker)
  expect(await highlight(request('gone'), () => false)).toBeNull()
  expect(workers).toHaveLength(0)
})

it('leaves the code plain if the worker cannot be loaded', async () => {
  const highlight = createHighlighter(startWorker)
  const result = highlight(request('a'), always)
  await pass(0)
  workers[0]?.onerror?.()
  expect(await result).toBeNull()
})
