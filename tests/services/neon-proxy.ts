import { connect } from 'node:net'
import { createWebSocketStream, WebSocketServer } from 'ws'

/**
 * What Neon runs in front of its Postgres: a WebSocket whose messages are the bytes of a TCP connection. Only loopback
 * is dialled. With it the serverless driver talks to the real server of the tests.
 */
export async function startNeonProxy(): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server.on('connection', (socket, request) => {
    const address = new URL(request.url ?? '/', 'ws://proxy').searchParams.get('address') ?? ''
    const port = /^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(address)?.[1]
    if (!port) return socket.close(1008, 'only loopback')
    const upstream = connect(Number(port), '127.0.0.1')
    const stream = createWebSocketStream(socket)
    // Whichever side breaks, the other one ends; the driver reports it.
    stream.on('error', () => upstream.destroy())
    upstream.on('error', () => socket.terminate())
    upstream.on('close', () => socket.close())
    stream.pipe(upstream).pipe(stream)
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The WebSocket proxy has no port.')
  return {
    port: address.port,
    stop: async () => {
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
