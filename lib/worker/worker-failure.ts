/** `busy`: too many calls are waiting for a thread. `crashed`: the thread threw; `cause` has its error. */
export type WorkerFailureReason = 'busy' | 'deadline exceeded' | 'out of memory' | 'crashed'

/** A call without a result. Its worker thread has ended; the process and other threads continue. */
export class WorkerFailure extends Error {
  override name = 'WorkerFailure'
  constructor(
    readonly reason: WorkerFailureReason,
    options?: ErrorOptions,
  ) {
    super(`The worker thread gave no result: ${reason}.`, options)
  }
}
