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

test('requests go round, whoever sends them, and the instances see host and client', async () => {
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

test('a dead instance is passed over, for a request with a body too', async () => {
  const { url } = await balance(await dead(), await serve(echo('alive')), await dead())
  const body = 'x'.repeat(2_000_000)
  for (let i = 0; i < 6; i++) {
    const response = await fetch(`${url}/api/x`, { method: 'POST', body })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ name: 'alive', body })
  }
})

test('with nobody there it says so, as every error of ours', async () => {
  const { url } = await balance(await dead())
  const response = await fetch(url)
  expect(response.status).toBe(503)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'unavailable', requestId: response.headers.get('x-request-id') })
})

test('a request that breaks after it was sent is repeated only when that is harmless', async () => {
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

test('a stream arrives piece by piece, and a client that leaves ends it', async () => {
  let gone: () => void = () => {}
  const left = new Promise<void>((resolve) => {
    gone = resolve
  })
  let next: () => void = () => {}
  const { url } = await balance(
    await serve((_request, response) => {
      response.on('close', gone)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      next = () => response.write('data: 2\n\n')
    }),
  )
  const controller = new AbortController()
  const response = await fetch(url, { signal: controller.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  // The second piece is sent only after the first was read here: a buffer in between would never let it through.
  expect((await reader?.read())?.value).toBe('data: 1\n\n')
  next()
  expect((await reader?.read())?.value).toBe('data: 2\n\n')
  controller.abort()
  await left
})

test('a reply that is cut at the instance is cut at the client, not ended', async () => {
  const { url } = await balance(
    await serve((_request, response) => {
      response.write('half')
      response.write(' of it', () => response.socket?.destroy())
    }),
  )
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow()
})

const hostile: [string, string, RegExp][] = [
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
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01', /^HTTP\/1\.1 4/],
]

test.each(hostile)('%s is answered, and the next request is served', async (_name, head, expected) => {
  const { url, port } = await balance(await serve(echo('alive')))
  expect(await sendRaw(port, `${head}Connection: close\r\n\r\n`)).toMatch(expected)
  expect((await fetch(url)).status).toBe(200)
})

function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
  })
  return new Promise((resolve) => socket.once('error', () => resolve(received)).once('close', () => resolve(received)))
}

test('the connection to the client stays open between requests', async () => {
  const seen = new Set<IncomingMessage['socket']>()
  const { port } = await balance(
    await serve((request, response) => response.end(String(seen.add(request.socket).size))),
  )
  const get = 'GET / HTTP/1.1\r\nHost: a\r\n'
  const both = await sendRaw(port, `${get}\r\n${get}Connection: close\r\n\r\n`)
  expect(both.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
})
