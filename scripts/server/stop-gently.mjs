import { setTimeout as sleep } from 'node:timers/promises'
import { drainServer } from './drain-server.mjs'
import { enterStage } from './process-stage.mjs'

/** The longest reply that a process still sees to its end; half of the longest that a model may take. */
export const longestReplyMs = 60_000
/** An answer hears within half a second that it has to come to an end, and is stored in another. */
const lastWordsMs = 3_000

/**
 * The end of an app process, so that nobody notices. First its readiness is red while it serves as before, for
 * `drainMs`: balancers take it out of their rotation. Then it takes no new connection, and running answers go on to
 * their end. What has not ended by then is stored as interrupted, to be continued elsewhere.
 *
 * Without `gently` (Ctrl-C: the person waits) the first part is left out, and answers have `drainMs` to end.
 * @param {object} options
 * @param {import('node:http').Server} options.server
 * @param {() => Promise<void>} options.close ends the app, once no request is left; waits for work that outlives its response
 * @param {boolean} options.gently
 * @param {number} options.drainMs
 * @param {(what: 'draining' | 'closing' | 'ending') => void} options.log
 */
export async function stopGently({ server, close, gently, drainMs, log }) {
  if (gently) {
    log('draining')
    enterStage('draining')
    // Whoever keeps a connection is told to make a new one: none is left in use when this process stops listening.
    server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
    await sleep(drainMs)
  }
  log('closing')
  enterStage('draining')
  const limitMs = gently ? longestReplyMs : drainMs
  const end = setTimeout(() => {
    log('ending')
    enterStage('ending')
  }, limitMs)
  const all = drainServer(server, limitMs + lastWordsMs).then(close)
  await Promise.race([all, sleep(limitMs + lastWordsMs + 1_000)])
  clearTimeout(end)
}
