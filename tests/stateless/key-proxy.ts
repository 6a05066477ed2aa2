import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Puts a key on every request on its way to `target`: the conformance suite has no option for one. What is addressed to
 * the proxy itself is addressed to the target; a foreign Host or Origin stays as foreign as it came.
 */
export async function startKeyProxy(target: string, key: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const { hostname, port, host } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const own = `localhost:${(server.address() as AddressInfo).port}`
    const headers = { ...incoming.headers, authorization: `Bearer ${key}` }
    if (headers.host === own) headers.host = host
    if (headers.origin === `http://${own}`) headers.origin = `http://${host}`
    const { method, url: path } = incoming
    const forwarded = httpRequest({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.writeHead(502).end())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
