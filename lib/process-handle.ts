/**
 * The state that a process may keep between requests: connections, frozen settings, the number of running
 * worker threads, and its own stage. It must never contain data of a user, a request or an answer. The
 * handles are on `globalThis`, because Next evaluates a module once per bundle, and each bundle would
 * otherwise open its own connection pool.
 */
type HandleName = 'env' | 'db' | 'redis' | 'model' | 'auth' | 'workers'

/**
 * Returns a getter that opens the handle on its first use. `open` must be synchronous, so that
 * concurrent first uses share one handle.
 */
export function processHandle<T>(name: HandleName, open: () => T): () => T {
  const key = Symbol.for(`goldfish.handle.${name}`)
  const globals = globalThis as { [key: symbol]: T | undefined }
  return () => {
    globals[key] ??= open()
    return globals[key]
  }
}

/**
 * `draining`: the process still serves requests but should receive no new ones. `ending`: running work must end now.
 */
export type ProcessStage = 'serving' | 'draining' | 'ending'

/** Returns the stage of this process, which scripts/server/process-stage.mjs sets when a signal arrives. */
export function processStage(): ProcessStage {
  const globals = globalThis as { [key: symbol]: ProcessStage | undefined }
  return globals[Symbol.for('goldfish.stage')] ?? 'serving'
}
