import { parentPort } from 'node:worker_threads'

/**
 * Responds to the one call of `runInWorker` for which this thread was started. An error that `work` throws ends the
 * thread, and the call fails with `crashed`. Expected failures should be returned as values.
 */
export function answerCall<Input, Output>(work: (input: Input) => Output | Promise<Output>): void {
  // The input is sent as a message, because Turbopack uses `workerData` itself.
  parentPort?.once('message', async (input: Input) => parentPort?.postMessage(await work(input)))
}

/** `busy`: too many calls are waiting for a thread. `crashed`: the thread threw; `cause` has its error. */
type WorkerFailureReason = 'busy' | 'deadline exceeded' | 'out of memory' | 'crashed'

/** A call without a result. Its worker thread has ended; the process and other threads continue. */
export class WorkerFailure extends Error {
  override name = 'WorkerFailure'
  readonly reason: WorkerFailureReason

  constructor(reason: WorkerFailureReason, options?: ErrorOptions) {
    super(`The worker thread returned no result: ${reason}.`, options)
    this.reason = reason
  }
}
