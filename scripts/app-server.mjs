import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { appendPeer } from './server/append-peer.mjs'
import { growSlowly } from './server/grow-slowly.mjs'
import { httpLimits } from './server/http-limits.mjs'
import { limitSockets, readSocketLimits } from './server/limit-sockets.mjs'
import { loadNext } from './server/load-next.mjs'
import { sendProblem } from './server/problem.mjs'
import { ignoreBrokenOutput, logProcessErrors, nameOf } from './server/process-errors.mjs'
import { refuseBrokenConnections, refuseRequest } from './server/refuse-request.mjs'
import { identifyRequest } from './server/request-id.mjs'
import { stopGently } from './server/stop-gently.mjs'

/* One app process of the production build: PORT=… HOSTNAME=… node scripts/app-server.mjs */

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
    log('error', 'request failed outside of the app', { error: nameOf(error) })
    sendProblem(response, { status: 500, code: 'internal_error', detail: 'Something went wrong on our side.' })
  })
})
refuseBrokenConnections(server)
limitSockets(server, {
  limits: readSocketLimits(process.env),
  // Behind our own proxy every connection comes from the proxy, which counts its own clients.
  ...(isBehindProxy && { networkOf: () => null }),
})
server.once('error', (error) => {
  log('fatal', 'cannot listen', { error: nameOf(error), port })
  process.exit(1)
})
server.listen({ port, host: hostname }, () => log('info', 'listening', { port }))

// An orchestrator's SIGTERM, or a person's Ctrl-C; after the first nothing more is heard, but for kill -9.
let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, async () => {
    if (isStopping) return
    isStopping = true
    const gently = signal === 'SIGTERM'
    await stopGently({ server, close: next.close, gently, drainMs, log: (what) => log('info', what, { port }) })
    process.exit(0)
  })
}
