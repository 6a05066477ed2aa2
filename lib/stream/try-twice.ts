import { setTimeout as sleep } from 'node:timers/promises'

/** Longer than a connection that broke takes to be back, or a cluster's to a node that was never asked before. */
const pauseMs = 100

/**
 * Tries a second time after a moment. A pause of this process or of Redis, or one broken connection, fails one attempt
 * and would cost every reader the log. Nobody waits for that moment: whoever writes has not to, and whoever reads is
 * not the one who asked first.
 */
export async function tryTwice<T>(attempt: (again: boolean) => Promise<T>): Promise<T> {
  try {
    return await attempt(false)
  } catch {
    // What it failed of does not matter: the second time decides.
    await sleep(pauseMs)
    return attempt(true)
  }
}
