import { parentPort } from 'node:worker_threads'

/**
 * Answers the one call of `runInWorker` that this thread was started for. An error that `work` throws ends the thread, and
 * the call fails with `crashed`; return expected failures as values.
 */
export function answerCall<Input, Output>(work: (input: Input) => Output | Promise<Output>): void {
  // The input comes as a message: Turbopack uses `workerData` itself.
  parentPort?.once('message', async (input: Input) => parentPort?.postMessage(await work(input)))
}
