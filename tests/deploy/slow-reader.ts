import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished } from 'vitest'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'

const megabyte = Buffer.alloc(1024 * 1024, 'x')

/**
 * Expects that a client that reads nothing of an endless response is disconnected and the instance notices, and that
 * a client whose response is silent for at least as long is not. `start` must run the balancer with a short timeout
 * for readers.
 */
export async function expectSlowReaderClosed(
  start: (port: number, upstreams: readonly number[]) => Promise<() => Promise<void>>,
): Promise<void> {
  const silent: ServerResponse[] = []
  let isClosed = false
  const server = createServer((incoming, response) => {
    if (incoming.url === '/api/health/ready') return void response.end()
    if (incoming.url === '/silent') return void silent.push(response)
    response.once('close', () => {
      isClosed = true
    })
    const more = () => {
      while (response.write(megabyte));
      response.once('drain', more)
    }
    more()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port: upstream } = server.address() as AddressInfo
  const port = await findFreePort()
  onTestFinished(await start(port, [upstream, upstream, upstream]))

  const waiting = request({ host: '127.0.0.1', port, path: '/silent', method: 'POST', agent: false })
  const answered = once(waiting, 'response')
  waiting.end('{}')
  await expect.poll(() => silent.length).toBe(1)
  const reader = connect(port, '127.0.0.1')
  reader.on('error', () => undefined)
  onTestFinished(() => void reader.destroy())
  reader.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n')
  await expect.poll(() => isClosed, { timeout: 30_000 }).toBe(true)
  silent[0]?.end('a word')
  const [answer] = await answered
  expect(await text(answer)).toBe('a word')
}
