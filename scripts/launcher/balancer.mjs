import { createServer } from 'node:http'
import { createProxyServer } from 'httpxy'
import { drainServer } from '../server/drain-server.mjs'
import { httpLimits } from '../server/http-limits.mjs'
import { limitSockets } from '../server/limit-sockets.mjs'
import { sendProblem } from '../server/problem.mjs'
import { refuseBrokenConnections, refuseRequest } from '../server/refuse-request.mjs'
import { identifyRequest } from '../server/request-id.mjs'
import { ConnectFirstAgent } from './connect-first-agent.mjs'
import { forwardHeaders } from './forward-headers.mjs'

/** @typedef {{ host: string, port: number }} Upstream */

/** An instance that says nothing for so long, between two bytes, is taken for dead. Above the longest model call. */
const silenceMs = 180_000

/**
 * A round robin over app processes, without stickiness: two requests of one user meet two processes.
 * @param {object} options
 * @param {number} options.port 0 for any
 * @param {string} [options.host]
 * @param {() => ReadonlyArray<Upstream>} options.upstreams asked anew for every request
 * @param {(line: string) => void} [options.say]
 * @param {number} [options.drainMs] how long `stop` waits for running responses
 * @param {Parameters<typeof limitSockets>[1]} [options.sockets] the limits of connections
 * @returns {Promise<{ port: number, stop: () => Promise<void> }>}
 */
export async function startBalancer({
  port,
  host = '127.0.0.1',
  upstreams,
  say = () => {},
  drainMs = 30_000,
  sockets,
}) {
  const agent = new ConnectFirstAgent()
  const proxy = createProxyServer({ agent, proxyTimeout: silenceMs, headers: { connection: 'close' } })
  proxy.on('proxyRes', (answer, _request, response) => {
    // Hop by hop: how the instance's connection goes on says nothing about the client's.
    answer.headers.connection = response.shouldKeepAlive ? 'keep-alive' : 'close'
    delete answer.headers['keep-alive']
  })
  let turn = 0

  const server = createServer(httpLimits, (request, response) => {
    identifyRequest(request, response)
    if (refuseRequest(request, response)) return
    forwardHeaders(request)
    const all = upstreams()
    const start = turn++
    const inTurn = all.map((_, index) => /** @type {Upstream} */ (all[(start + index) % all.length]))
    relay(request, response, inTurn).catch(() => {
      say(`502 for ${request.method} (an app process broke off)`)
      sendProblem(response, { status: 502, code: 'bad_gateway', detail: 'The server broke off. Try again.' })
    })
  })
  refuseBrokenConnections(server)
  limitSockets(server, sockets)

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   * @param {Upstream[]} candidates
   */
  async function relay(request, response, candidates) {
    for (const target of candidates) {
      try {
        await proxy.web(request, response, { target })
        return
      } catch (error) {
        if (response.destroyed || response.headersSent) throw error
        if (!neverSent(error) && !mayRepeat(request)) throw error
      }
    }
    const headers = { 'retry-after': '1' }
    sendProblem(response, { status: 503, code: 'unavailable', detail: 'No app process is up. Try again.', headers })
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => resolve(undefined))
  })
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { port: address.port, stop: () => drainServer(server, drainMs) }
}

/** The connection failed before it stood (see ConnectFirstAgent), so nothing of the request has left. */
function neverSent(/** @type {unknown} */ error) {
  return error instanceof Error && 'syscall' in error && error.syscall === 'connect'
}

/** Asking twice changes nothing, and there is no body that the first attempt may have eaten. */
function mayRepeat(/** @type {import('node:http').IncomingMessage} */ { method, headers }) {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return (method === 'GET' || method === 'HEAD') && !hasBody
}
