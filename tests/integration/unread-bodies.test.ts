import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1 })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

const megabyte = 1024 * 1024
const addresses = () => [
  { name: 'the process', port: goldfish.instances[0]?.port ?? 0 },
  { name: 'the balancer', port: Number(new URL(goldfish.url).port) },
]

/** Sends a request up to the first bytes of its body, so that the balancer forwards it. */
async function begin(port: number, path: string, headers: Record<string, string>): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const all = { host: new URL(goldfish.url).host, origin: goldfish.url, 'content-type': 'application/json', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  const start = 'transfer-encoding' in headers ? '4\r\n{"a"\r\n' : '{"a"'
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${start}`)
  return socket
}

/** Reads everything that the server sends until it closes its side. */
async function readToEnd(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket) text += chunk
  return text
}

const routes = ['/api/chat', '/v1/chat/completions', '/api/mcp', '/api/todos', '/api/conversations/import']
const invalidSession = { cookie: 'better-auth.session_token=abcdefghijklmnop.c2lnbmF0dXJl' }
const invalidKey = { 'x-api-key': `gf_${'a'.repeat(43)}` }

describe.each(routes)('%s', (path) => {
  test.each([
    ['without credentials', {}],
    ['with an invalid session', invalidSession],
    ['with an invalid key', invalidKey],
  ])('a request %s gets 401 before its large body has arrived, and the connection is closed', async (_, identity) => {
    for (const { port } of addresses()) {
      const socket = await begin(port, path, { 'content-length': String(60 * megabyte), ...identity })
      const answer = await readToEnd(socket)
      expect(answer).toMatch(/^HTTP\/1\.1 401 /)
      expect(answer).toMatch(/^connection: close\r$/im)
    }
  })
})

test('a caller without credentials gets 401 before its small body has arrived', async () => {
  for (const { port } of addresses()) {
    const socket = await begin(port, '/api/todos', { 'content-length': '20' })
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 401 /)
  }
})

test('a content length over the limit is rejected before the body of a signed-in caller has arrived', async () => {
  for (const { port } of addresses()) {
    const socket = await begin(port, '/api/chat', { 'content-length': String(300 * 1024), cookie: ada.cookie })
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 413 /)
  }
})

test('a client that keeps sending after the response is disconnected', async () => {
  for (const { port } of addresses()) {
    const socket = await begin(port, '/api/chat', { 'transfer-encoding': 'chunked', cookie: ada.cookie })
    const piece = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`)
    let isClosed = false
    socket.once('close', () => {
      isClosed = true
    })
    const answer = readToEnd(socket).catch(() => '')
    const sendMore = () => {
      while (!isClosed && socket.write(piece));
      if (!isClosed) socket.once('drain', sendMore)
    }
    sendMore()
    await answer
    await expect.poll(() => isClosed).toBe(true)
    expect(socket.bytesWritten).toBeLessThan(40 * megabyte)
  }
})

test('a large body of a signed-in caller is read after authentication', async () => {
  const messages = [{ role: 'user', content: 'x'.repeat(200 * 1024) }]
  const body = JSON.stringify({ model: 'stub-model', messages })
  const response = await fetch(`${goldfish.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.bearer}` },
    body,
  })
  // The body must have been read, because the next limit is the model's context window.
  expect(await response.text()).toContain('context_length_exceeded')
})
