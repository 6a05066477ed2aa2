import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { startBalancer } from '../../scripts/launcher/balancer.mjs'
import { findFreePort } from '../../scripts/launcher/free-port.mjs'

async function serve(answer: RequestListener): Promise<{ host: string; port: number; server: Server }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, server }
}

async function balance(...upstreams: { host: string; port: number }[]): Promise<{ url: string; port: number }> {
  const balancer = await startBalancer({ port: 0, upstreams: () => upstreams, drainMs: 100 })
  onTestFinished(() => balancer.stop())
  return { url: `http://127.0.0.1:${balancer.port}`, port: balancer.port }
}

const dead = async () => ({ host: '127.0.0.1', port: await findFreePort() })

const echo =
  (name: string): RequestListener =>
  async (request, response) => {
    const body = await text(request)
    response.end(JSON.stringify({ name, body, url: request.url, headers: request.headers }))
  }

test('distributes requests over all instances and forwards the host and the client’s address', async () => {
  const { url } = await balance(await serve(echo('a')), await serve(echo('b')))
  const answers = []
  for (let i = 0; i < 4; i++) {
    const headers = { 'x-forwarded-for': '9.9.9.9', 'x-forwarded-proto': 'https', 'x-request-id': `r-${i}` }
    answers.push(await (await fetch(`${url}/p?q=1`, { headers })).json())
  }
  expect(answers.map(({ name }) => name)).toEqual(['a', 'b', 'a', 'b'])
  expect(answers[1]).toMatchObject({
    url: '/p?q=1',
    headers: {
      host: url.slice('http://'.length),
      'x-forwarded-for': '9.9.9.9, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-request-id': 'r-1',
    },
  })
})

test('skips an instance that is down, even for a request with a body', async () => {
  const { url } = await balance(await dead(), await serve(echo('alive')), await dead())
  const body = 'x'.repeat(2_000_000)
  for (let i = 0; i < 6; i++) {
    const response = await fetch(`${url}/api/x`, { method: 'POST', body })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ name: 'alive', body })
  }
})

test('responds with a 503 problem if no instance is running', async () => {
  const { url } = await balance(await dead())
  const response = await fetch(url)
  expect(response.status).toBe(503)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'unavailable', requestId: response.headers.get('x-request-id') })
})

test('retries a request that fails after it was sent only if it is a GET or HEAD without a body', async () => {
  let broken = 0
  const breaking = await serve((request) => {
    broken++
    request.socket.destroy()
  })
  const { url } = await balance(breaking, await serve(echo('whole')))
  expect(await (await fetch(url)).json()).toMatchObject({ name: 'whole' })
  await (await fetch(url)).body?.cancel()
  const response = await fetch(`${url}/api/x`, { method: 'POST', body: 'once' })
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ code: 'bad_gateway' })
  expect(broken).toBe(2)
})

test('passes on each chunk of a stream at once, and ends the stream when the client disconnects', async () => {
  let onClose: () => void = () => {}
  const closed = new Promise<void>((resolve) => {
    onClose = resolve
  })
  let next: () => void = () => {}
  const { url } = await balance(
    await serve((_request, response) => {
      response.on('close', onClose)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      next = () => response.write('data: 2\n\n')
    }),
  )
  const controller = new AbortController()
  const response = await fetch(url, { signal: controller.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  // No buffer in between must hold back a chunk: the second one is sent only after the first one was read here.
  expect((await reader?.read())?.value).toBe('data: 1\n\n')
  next()
  expect((await reader?.read())?.value).toBe('data: 2\n\n')
  controller.abort()
  await closed
})

test('breaks the client’s response if the instance breaks its own', async () => {
  const { url } = await balance(
    await serve((_request, response) => {
      response.write('half')
      response.write(' of it', () => response.socket?.destroy())
    }),
  )
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow()
})

const unusualRequests: [string, string, RegExp][] = [
  ['two slashes', 'GET // HTTP/1.1\r\nHost: a\r\n', /^HTTP\/1\.1 200/],
  [
    'a foreign absolute target',
    'GET http://evil.example/x HTTP/1.1\r\nHost: a\r\n',
    /^HTTP\/1\.1 200[\s\S]*"url":"\/x"/,
  ],
  ['a broken absolute target', 'GET http://[::bad/ HTTP/1.1\r\nHost: a\r\n', /^HTTP\/1\.1 200/],
  ['a broken escape', 'GET /%zz HTTP/1.1\r\nHost: a\r\n', /^HTTP\/1\.1 400[\s\S]*invalid_request/],
  ['no path', 'GET * HTTP/1.1\r\nHost: a\r\n', /^HTTP\/1\.1 400/],
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n', /^HTTP\/1\.1 405[\s\S]*problem\+json[\s\S]*method_not_allowed/],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n', /^HTTP\/1\.1 405/],
  ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n', /^HTTP\/1\.1 405[\s\S]*x-request-id/],
  ['huge headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n`, /^HTTP\/1\.1 431/],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    /^HTTP\/1\.1 400/,
  ],
  ['an upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n', /^HTTP\/1\.1 200/],
  ['bytes that are not HTTP', '\x16\x03\x01\x02\x00\x01', /^HTTP\/1\.1 4/],
]

test.each(unusualRequests)(
  'answers a request with %s and still serves the next request',
  async (_name, head, expected) => {
    const { url, port } = await balance(await serve(echo('alive')))
    expect(await sendRaw(port, `${head}Connection: close\r\n\r\n`)).toMatch(expected)
    expect((await fetch(url)).status).toBe(200)
  },
)

function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
  })
  return new Promise((resolve) => socket.once('error', () => resolve(received)).once('close', () => resolve(received)))
}

test('keeps the connection to the client open between requests', async () => {
  const seen = new Set<IncomingMessage['socket']>()
  const { port } = await balance(
    await serve((request, response) => response.end(String(seen.add(request.socket).size))),
  )
  const get = 'GET / HTTP/1.1\r\nHost: a\r\n'
  const both = await sendRaw(port, `${get}\r\n${get}Connection: close\r\n\r\n`)
  expect(both.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
})
