import { parentPort } from 'node:worker_threads'

/**
 * Responds to the single call of `runInWorker` for which this thread was started. An error that `work` throws ends the
 * thread, and the call fails with `crashed`. Return expected failures as values.
 */
export function answerCall<Input, Output>(work: (input: Input) => Output | Promise<Output>): void {
  // The input is sent as a message, because Turbopack uses `workerData` itself.
  parentPort?.once('message', async (input: Input) => parentPort?.postMessage(await work(input)))
}
