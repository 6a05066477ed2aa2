import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { appendPeer } from './server/append-peer.mjs'
import { growSlowly } from './server/grow-slowly.mjs'
import { httpLimits } from './server/http-limits.mjs'
import { limitSockets, readSocketLimits } from './server/limit-sockets.mjs'
import { loadNext } from './server/load-next.mjs'
import { sendProblem } from './server/problem.mjs'
import { errorName, ignoreBrokenOutput, logProcessErrors } from './server/process-errors.mjs'
import { refuseBrokenConnections, refuseRequest } from './server/refuse-request.mjs'
import { identifyRequest } from './server/request-id.mjs'
import { stopGently } from './server/stop-gently.mjs'

/** Runs one app process of the production build: `PORT=… HOSTNAME=… node scripts/app-server.mjs`. */

const folder = resolve(process.env.GOLDFISH_BUILD_DIR ?? resolve(import.meta.dirname, '..', '.next', 'standalone'))
const hostname = process.env.HOSTNAME || '0.0.0.0'
const port = Number(process.env.PORT || 3000)
const drainMs = Number(process.env.DRAIN_SECONDS || 10) * 1000
const isBehindProxy = Number(process.env.TRUSTED_PROXY_HOPS || 0) > 0
process.title = `goldfish-app:${port}`

/** @param {string} level @param {string} msg @param {object} [fields] */
const log = (level, msg, fields) =>
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), msg, ...fields })}\n`)

ignoreBrokenOutput()
growSlowly()
const next = await loadNext(folder, { hostname, port })
logProcessErrors(log)

const server = createServer(httpLimits, (request, response) => {
  identifyRequest(request, response)
  if (refuseRequest(request, response, log)) return
  appendPeer(request)
  Promise.resolve(next.handle(request, response)).catch((error) => {
    log('error', 'request failed outside the app', { error: errorName(error) })
    sendProblem(response, { status: 500, code: 'internal', detail: 'Something went wrong on our side.' })
  })
})
refuseBrokenConnections(server)
limitSockets(server, {
  limits: readSocketLimits(process.env),
  // Behind a proxy every connection has the proxy's address, so a limit per client network
  // would count all clients as one.
  ...(isBehindProxy && { networkOf: () => null }),
})
server.once('error', (error) => {
  log('fatal', 'cannot listen', { error: errorName(error), port })
  process.exit(1)
})
server.listen({ port, host: hostname }, () => log('info', 'listening', { port }))

// SIGTERM comes from an orchestrator, SIGINT from Ctrl-C. Signals after the first one are ignored, so that only
// SIGKILL can end a process that is already draining.
let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, async () => {
    if (isStopping) return
    isStopping = true
    const gently = signal === 'SIGTERM'
    await stopGently({ server, close: next.close, gently, drainMs, log: (stage) => log('info', stage, { port }) })
    process.exit(0)
  })
}
