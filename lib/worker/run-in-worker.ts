import type { Worker, WorkerOptions } from 'node:worker_threads'
import { startDeadline } from '@/lib/deadline'
import { processHandle } from '@/lib/process-handle'
import { WorkerFailure } from './answer-call'

type WorkerLimits = {
  /** Calls of one queue never wait for the threads of another queue. */
  queue: string
  /** The maximum number of threads of this queue in this process. */
  maxThreads: number
  /** The maximum number of calls that wait for a thread of this queue. Further calls fail with `busy`. */
  maxWaiting: number
  /** The time for starting the thread and for the work, without the time of waiting for a thread. */
  deadlineMs: number
  /**
   * Size of the thread's old generation. It is only a safety net: V8 kills the whole process if one native call
   * (`JSON.parse` above all) allocates far beyond it. The caller must bound the input so that this cannot happen.
   */
  maxHeapMiB: number
}

/** MiB of the thread's young generation. */
const youngGenerationMiB = 16

/**
 * Runs one call in its own worker thread, which ends with the call, and returns the worker's result. Input and output
 * are plain values and are copied (structured clone).
 *
 * `start` must construct the worker as `lib/actions/import-conversations.ts` does, with `new URL` and an object
 * literal: Turbopack bundles the entry file only for this expression. Otherwise it copies the TypeScript file
 * unchanged. The entry file calls `answerCall` (lib/worker/answer-call.ts).
 *
 * Throws `WorkerFailure`, or the signal's reason if it aborts.
 */
export async function runInWorker<Output>(
  start: (options: WorkerOptions) => Worker,
  input: unknown,
  limits: WorkerLimits,
  signal?: AbortSignal,
): Promise<Output> {
  return withWorkerSlot(limits, signal, () => callWorker<Output>(start, input, limits, signal))
}

async function callWorker<Output>(
  start: (options: WorkerOptions) => Worker,
  input: unknown,
  limits: WorkerLimits,
  signal: AbortSignal | undefined,
): Promise<Output> {
  const { promise, resolve, reject } = Promise.withResolvers<Output>()
  const worker = start({
    resourceLimits: { maxOldGenerationSizeMb: limits.maxHeapMiB, maxYoungGenerationSizeMb: youngGenerationMiB },
  })
  const abort = () => reject(signal?.reason)
  const cancelDeadline = startDeadline(limits.deadlineMs, () => reject(new WorkerFailure('deadline exceeded')))
  worker.once('message', resolve)
  worker.once('messageerror', (cause) => reject(new WorkerFailure('crashed', { cause })))
  worker.once('error', (cause) =>
    reject(new WorkerFailure(isOutOfMemory(cause) ? 'out of memory' : 'crashed', { cause })),
  )
  worker.once('exit', () => reject(new WorkerFailure('crashed')))
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  try {
    worker.postMessage(input)
    return await promise
  } finally {
    cancelDeadline()
    signal?.removeEventListener('abort', abort)
    // An error event after this one must not end the process.
    worker.on('error', () => undefined)
    await worker.terminate()
  }
}

const isOutOfMemory = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'

type Queue = { running: number; waiting: (() => void)[] }

/** Counts the running threads of each queue. While no request is handled, all counts are 0 and no call waits. */
const queues = processHandle('workers', () => new Map<string, Queue>())

/**
 * Runs `work` once fewer than `maxThreads` calls of the queue are running, in order of arrival. Throws
 * `WorkerFailure` with `busy` if `maxWaiting` calls are waiting already, or the signal's reason if it
 * is aborted before the work begins.
 */
async function withWorkerSlot<Output>(
  limits: { queue: string; maxThreads: number; maxWaiting: number },
  signal: AbortSignal | undefined,
  work: () => Promise<Output>,
): Promise<Output> {
  signal?.throwIfAborted()
  const queue = queues().get(limits.queue) ?? { running: 0, waiting: [] }
  queues().set(limits.queue, queue)
  if (queue.running < limits.maxThreads) queue.running += 1
  else await waitForSlot(queue, limits.maxWaiting, signal)
  try {
    return await work()
  } finally {
    const next = queue.waiting.shift()
    // The slot passes to the next call, so `running` does not change.
    if (next) next()
    else queue.running -= 1
    if (queue.running === 0) queues().delete(limits.queue)
  }
}

async function waitForSlot(queue: Queue, maxWaiting: number, signal: AbortSignal | undefined): Promise<void> {
  if (queue.waiting.length >= maxWaiting) throw new WorkerFailure('busy')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => {
    queue.waiting.splice(queue.waiting.indexOf(resolve), 1)
    reject(signal?.reason)
  }
  queue.waiting.push(resolve)
  signal?.addEventListener('abort', abort)
  try {
    await promise
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
