/**
 * The state that a process may keep between requests: connections, frozen settings, the number of running worker
 * threads, and its own stage. It must never contain data of a user, a request or an answer. The handles are on
 * `globalThis` because Next evaluates a module once per bundle, and two pools in one process would break "no new
 * connection per turn".
 */
type HandleName = 'env' | 'db' | 'redis' | 'model' | 'auth' | 'workers'

/** Returns a getter that opens the handle on its first use. Opening is synchronous, so two first users share it. */
export function processHandle<T>(name: HandleName, open: () => T): () => T {
  const key = Symbol.for(`goldfish.handle.${name}`)
  const shelf = globalThis as { [key: symbol]: T | undefined }
  return () => {
    shelf[key] ??= open()
    return shelf[key]
  }
}

/** `draining`: it serves, and wants no new work. `ending`: what still runs has to come to an end now. */
export type ProcessStage = 'serving' | 'draining' | 'ending'

/** How near the process is to its end; whoever handles its signals (scripts/server/process-stage.mjs) says so. */
export function processStage(): ProcessStage {
  const shelf = globalThis as { [key: symbol]: ProcessStage | undefined }
  return shelf[Symbol.for('goldfish.stage')] ?? 'serving'
}
