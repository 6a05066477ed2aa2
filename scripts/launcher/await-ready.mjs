import { waitUntil } from './wait-until.mjs'

/**
 * Waits until the app on this port is ready to serve. Returns false on a timeout or if the app has ended.
 * @param {number} port
 * @param {object} options
 * @param {number} options.timeoutMs
 * @param {() => boolean} options.hasEnded Ends the wait when it returns true
 * @returns {Promise<boolean>}
 */
export async function awaitReady(port, { timeoutMs, hasEnded }) {
  const ready = async () => hasEnded() || (await isReady(port))
  return Boolean(await waitUntil(ready, { timeoutMs, everyMs: 25 })) && !hasEnded()
}

async function isReady(/** @type {number} */ port) {
  try {
    // The development server compiles a route at its first request, which can take up to a minute.
    const response = await fetch(`http://127.0.0.1:${port}/api/health/ready`, { signal: AbortSignal.timeout(60_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
