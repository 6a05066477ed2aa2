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

/** An instance that sends no byte for this long is considered dead. Must be longer than the longest model call. */
const maxSilenceMs = 180_000

/**
 * Starts a round-robin load balancer without sticky sessions, so that requests of one user reach different processes.
 * @param {object} options
 * @param {number} options.port 0 for any free port
 * @param {string} [options.host]
 * @param {() => ReadonlyArray<Upstream>} options.upstreams Called for each request
 * @param {(line: string) => void} [options.print]
 * @param {number} [options.drainMs] How long `stop` waits for running responses
 * @param {Parameters<typeof limitSockets>[1]} [options.sockets] Connection limits
 * @returns {Promise<{ port: number, stop: () => Promise<void> }>}
 */
export async function startBalancer({
  port,
  host = '127.0.0.1',
  upstreams,
  print = () => {},
  drainMs = 30_000,
  sockets,
}) {
  const agent = new ConnectFirstAgent()
  const proxy = createProxyServer({ agent, proxyTimeout: maxSilenceMs, headers: { connection: 'close' } })
  proxy.on('proxyRes', (upstreamResponse, _request, response) => {
    // These headers are hop by hop: they must describe the client's connection, not the one to the instance.
    upstreamResponse.headers.connection = response.shouldKeepAlive ? 'keep-alive' : 'close'
    delete upstreamResponse.headers['keep-alive']
  })
  let requestCount = 0

  const server = createServer(httpLimits, (request, response) => {
    identifyRequest(request, response)
    if (refuseRequest(request, response)) return
    forwardHeaders(request)
    const all = upstreams()
    const start = requestCount++
    const candidates = all.map((_, index) => /** @type {Upstream} */ (all[(start + index) % all.length]))
    relay(request, response, candidates).catch(() => {
      print(`502 for ${request.method}: an app process closed the connection`)
      sendProblem(response, {
        status: 502,
        code: 'bad_gateway',
        detail: 'The server closed the connection. Try again.',
      })
    })
  })
  refuseBrokenConnections(server)
  limitSockets(server, sockets)

  /**
   * Tries the candidates in order until one accepts the request. Throws if repeating the request would not be safe.
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
        if (!wasNeverSent(error) && !isSafeToRetry(request)) throw error
      }
    }
    const headers = { 'retry-after': '1' }
    sendProblem(response, {
      status: 503,
      code: 'unavailable',
      detail: 'No app process is available. Try again.',
      headers,
    })
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => resolve(undefined))
  })
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { port: address.port, stop: () => drainServer(server, drainMs) }
}

/**
 * Returns whether the connection failed before it was established (see ConnectFirstAgent), so that nothing was sent.
 */
function wasNeverSent(/** @type {unknown} */ error) {
  return error instanceof Error && 'syscall' in error && error.syscall === 'connect'
}

/** Returns whether the request is idempotent and has no body, which the first attempt could have consumed. */
function isSafeToRetry(/** @type {import('node:http').IncomingMessage} */ { method, headers }) {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return (method === 'GET' || method === 'HEAD') && !hasBody
}
