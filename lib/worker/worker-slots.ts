import { processHandle } from '@/lib/process-handle'
import { WorkerFailure } from './worker-failure'

type Queue = { running: number; waiting: (() => void)[] }

/** Counts the running threads of each queue. While no request is handled, all counts are 0 and no call waits. */
const queues = processHandle('workers', () => new Map<string, Queue>())

/**
 * Runs `work` once fewer than `maxThreads` calls of the queue are running, in order of arrival. Throws `WorkerFailure`
 * with `busy` if `maxWaiting` calls are waiting already, or the signal's reason if it is aborted before the work
 * begins.
 */
export async function withWorkerSlot<Output>(
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
