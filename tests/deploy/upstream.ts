import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { appendPeer } from '@/scripts/server/append-peer.mjs'
import { httpLimits } from '@/scripts/server/http-limits.mjs'

/** A request as an upstream received it. */
export type Seen = { name: string; method: string; url: string; body: string; headers: Record<string, string> }

/** A stub of an app instance, with the app's HTTP limits and its handling of the peer's address. */
export type Upstream = {
  port: number
  /** The received requests without health checks. */
  requests: Seen[]
  /** The number of connections so far. */
  connections: number
  /** Whether the readiness check succeeds, the number of checks, and the number of failed ones. */
  ready: boolean
  checks: number
  refusals: number
  /** The open streams of `/api/chat/stream`. */
  streams: ServerResponse[]
  /** The next request is read completely, and then its connection is closed without a response. */
  breakNext: boolean
  /** Stops listening, so that connections are refused. */
  stop: () => Promise<void>
}

export async function startUpstream(name: string): Promise<Upstream> {
  const server = createServer(httpLimits, (request, response) => void answer(request, response))
  const upstream: Upstream = {
    port: 0,
    requests: [],
    connections: 0,
    ready: true,
    checks: 0,
    refusals: 0,
    streams: [],
    breakNext: false,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/api/health/ready') {
      upstream.checks += 1
      if (!upstream.ready) upstream.refusals += 1
      response.writeHead(upstream.ready ? 200 : 503).end()
      return
    }
    appendPeer(request)
    const { method = '', url = '', headers } = request
    const seen = { name, method, url, body: await text(request), headers: headers as Record<string, string> }
    upstream.requests.push(seen)
    if (upstream.breakNext) {
      upstream.breakNext = false
      request.socket.destroy()
    } else if (url === '/api/chat/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      upstream.streams.push(response)
    } else {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seen))
    }
  }

  server.on('connection', () => {
    upstream.connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  upstream.port = (server.address() as AddressInfo).port
  return upstream
}
