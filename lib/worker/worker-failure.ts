/** `busy`: too many calls wait for a thread. `crashed`: the thread threw; `cause` has its error. */
export type WorkerFailureReason = 'busy' | 'deadline exceeded' | 'out of memory' | 'crashed'

/** A call that a worker thread did not answer. The thread has ended; the process and other threads go on. */
export class WorkerFailure extends Error {
  override name = 'WorkerFailure'
  constructor(
    readonly reason: WorkerFailureReason,
    options?: ErrorOptions,
  ) {
    super(`The worker thread gave no result: ${reason}.`, options)
  }
}
