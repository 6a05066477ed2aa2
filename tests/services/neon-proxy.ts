import { connect } from 'node:net'
import { createWebSocketStream, WebSocketServer } from 'ws'

/**
 * Starts a proxy like Neon's in front of Postgres: a WebSocket whose messages are the bytes of a TCP connection.
 * Neon's serverless driver can then use the real server of the tests. Only loopback addresses are accepted.
 */
export async function startNeonProxy(): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server.on('connection', (socket, request) => {
    const address = new URL(request.url ?? '/', 'ws://proxy').searchParams.get('address') ?? ''
    const port = /^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(address)?.[1]
    if (!port) return socket.close(1008, 'only loopback')
    const upstream = connect(Number(port), '127.0.0.1')
    const stream = createWebSocketStream(socket)
    // If either side breaks, the other one is closed, and the driver reports the error.
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
