import { setTimeout as sleep } from 'node:timers/promises'
import { drainServer } from './drain-server.mjs'
import { enterStage } from './process-stage.mjs'

/** How long running answers may continue during a gentle stop. This is half of the longest duration of a model call. */
export const maxReplyMs = 60_000
/**
 * Time for answers to stop and be stored. A running answer notices the end of its process within half a second and
 * needs about as long to be stored.
 */
const storeAnswersMs = 3_000

/**
 * Stops an app process without failed requests. First it reports that it is not ready but serves as
 * before, for `drainMs`, so that load balancers will stop sending requests to it. Then it accepts no new
 * connection and lets running answers finish. Answers that take too long are stored as interrupted and can
 * be continued on another process.
 *
 * Without `gently` (Ctrl-C, so a person is waiting) the first part is skipped, and answers have `drainMs` to finish.
 * @param {object} options
 * @param {import('node:http').Server} options.server
 * @param {() => Promise<void>} options.close Ends the app after the last request, and waits for work that outlives
 *   its response
 * @param {boolean} options.gently
 * @param {number} options.drainMs
 * @param {(stage: 'draining' | 'closing' | 'ending') => void} options.log
 */
export async function stopGently({ server, close, gently, drainMs, log }) {
  if (gently) {
    log('draining')
    enterStage('draining')
    // Makes clients open a new connection for their next request, so that none is in use
    // when this process stops listening.
    server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
    await sleep(drainMs)
  }
  log('closing')
  enterStage('draining')
  const limitMs = gently ? maxReplyMs : drainMs
  const end = setTimeout(() => {
    log('ending')
    enterStage('ending')
  }, limitMs)
  const all = drainServer(server, limitMs + storeAnswersMs).then(close)
  await Promise.race([all, sleep(limitMs + storeAnswersMs + 1_000)])
  clearTimeout(end)
}
