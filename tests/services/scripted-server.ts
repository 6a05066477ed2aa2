import { createServer, type RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { afterEach } from 'vitest'
import { listenAnywhere } from './listen-anywhere'

/** Starts an external server with scripted responses that counts its connections. */
export async function startScriptedServer(answer: RequestListener): Promise<{
  port: number
  url: string
  /** Returns the number of connections so far. */
  connections: () => number
  /** Returns the number of connections that are still open. */
  open: () => number
  stop: () => Promise<void>
}> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(answer)
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  const port = await listenAnywhere(server)
  return {
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    connections: () => connections,
    open: () => sockets.size,
    stop: async () => {
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * Provides such servers for the tests of a file. `started` lists the servers of the current test; they are stopped
 * after it.
 */
export function scriptedServers() {
  const started: Awaited<ReturnType<typeof startScriptedServer>>[] = []
  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop()
  })
  const start = async (answer: RequestListener = (_, response) => response.end('inside')) => {
    const server = await startScriptedServer(answer)
    started.push(server)
    return server
  }
  return { started, start }
}

type RpcRequest = { id?: number; method: string; params?: { name?: string; arguments?: unknown } }

/**
 * Handles requests like an MCP server of the 2025 specification, with sessions. `results` returns the result of a
 * request, or a text that is sent unchanged except for its `$id`. If it returns nothing, `initialize` gets the default
 * result and other requests get no response. With `ignoresSessionEnd`, ending the session gets no response either.
 */
export function speakMcp(
  results: (request: RpcRequest) => object | string | undefined,
  { ignoresSessionEnd = false } = {},
): RequestListener {
  return async (incoming, outgoing) => {
    if (incoming.method === 'GET') return outgoing.writeHead(405).end()
    if (incoming.method === 'DELETE') return ignoresSessionEnd ? undefined : outgoing.writeHead(204).end()
    const pieces: Buffer[] = []
    for await (const piece of incoming) pieces.push(piece)
    const request: RpcRequest = JSON.parse(Buffer.concat(pieces).toString('utf8'))
    const { id, method } = request
    if (id === undefined) return outgoing.writeHead(202).end()
    const result = results(request) ?? (method === 'initialize' ? defaultInitialization : undefined)
    const isUnknown = method === 'server/discover' && result === undefined
    if (result === undefined && !isUnknown) return
    outgoing.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' })
    const answer = isUnknown ? { error: { code: -32601, message: 'Method not found' } } : { result }
    outgoing.end(
      typeof result === 'string'
        ? result.replaceAll('$id', String(id))
        : JSON.stringify({ jsonrpc: '2.0', id, ...answer }),
    )
  }
}

const defaultInitialization = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'scripted', version: '1' },
}
