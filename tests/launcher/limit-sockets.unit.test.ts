import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startBalancer } from '../../scripts/launcher/balancer.mjs'
import { clientNetwork, limitSockets, socketLimits } from '../../scripts/server/limit-sockets.mjs'
import { writeProblem } from '../../scripts/server/problem.mjs'

const megabyte = 1024 * 1024
/** Must be larger than what the operating system buffers for a connection. */
const large = Buffer.alloc(24 * megabyte, 'x')

// Only the clock of the checks is controlled by the test; sockets work in real time.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  return () => vi.useRealTimers()
})

async function start(answer: RequestListener, options?: Parameters<typeof limitSockets>[1]) {
  const server = createServer({ keepAliveTimeout: 0 }, answer)
  limitSockets(server, options)
  const accepted: Socket[] = []
  server.on('connection', (socket) => accepted.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, accepted }
}

async function open(port: number, path: string | null = '/', localAddress = '127.0.0.1') {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  if (path !== null) socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
  return socket
}

/** Reads at least this many bytes and then nothing more. */
async function read(socket: Socket, bytes: number): Promise<number> {
  let received = 0
  while (received < bytes && !socket.destroyed) {
    const chunk: Buffer | null = socket.read()
    if (chunk) received += chunk.length
    else await nextOf(socket, 'readable', 'close')
  }
  return received
}

function nextOf(socket: Socket, ...events: string[]): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      for (const event of events) socket.off(event, settle)
      resolve()
    }
    for (const event of events) socket.on(event, settle)
  })
}

const openOnes = (sockets: readonly Socket[]) => sockets.filter(({ destroyed }) => !destroyed)
/** Waits until each response is complete and its connection accepts no more bytes. */
const untilStalled = (sockets: readonly Socket[]) =>
  expect.poll(() => sockets.every((socket) => socket.writableLength > 0)).toBe(true)

describe('slow readers', () => {
  test('closes a response within 30 s if its client reads nothing, but not if it reads slowly', async () => {
    const { port, accepted } = await start((_, response) => void response.end(large))
    const idle = await Promise.all(Array.from({ length: 20 }, () => open(port)))
    const slow = await open(port)
    await untilStalled(accepted)
    expect(accepted).toHaveLength(idle.length + 1)

    let received = 0
    while (received < large.length && !slow.destroyed) {
      received += await read(slow, Math.min(8 * megabyte, large.length - received))
      vi.advanceTimersByTime(15_000)
    }
    expect(received).toBeGreaterThanOrEqual(large.length)
    expect(openOnes(accepted)).toHaveLength(1)
  })

  test('closes the response of a client that sends requests but reads nothing', async () => {
    const { port, accepted } = await start((_, response) => void response.end(large))
    const client = await open(port)
    await untilStalled(accepted)
    for (let seconds = 0; seconds < 30; seconds += 5) {
      client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      vi.advanceTimersByTime(5_000)
    }
    expect(openOnes(accepted)).toHaveLength(0)
  })

  test('reports a closed slow reader to the writer of its response', async () => {
    const closed = vi.fn()
    const { port, accepted } = await start((_, response) => {
      response.on('close', closed)
      response.write(large)
    })
    await open(port)
    await untilStalled(accepted)
    vi.advanceTimersByTime(30_000)
    await expect.poll(() => closed.mock.calls.length).toBe(1)
  })

  test('keeps a response open while no data is waiting, as in a stream with long pauses', async () => {
    const { port, accepted } = await start((_, response) => void response.write('data: 1\n\n'))
    const client = await open(port)
    await read(client, 1)
    vi.advanceTimersByTime(10 * 60_000)
    expect(openOnes(accepted)).toHaveLength(1)
  })
})

describe('idle connections', () => {
  test('closes a silent connection without a request after the keep-alive timeout', async () => {
    const { port, accepted } = await start((_, response) => void response.end('ok'))
    const [used] = await Promise.all([open(port), open(port, null)])
    await read(used, 1)
    await expect.poll(() => accepted.length).toBe(2)
    vi.advanceTimersByTime(socketLimits.idleMs - 2 * socketLimits.checkMs)
    expect(openOnes(accepted)).toHaveLength(2)
    vi.advanceTimersByTime(3 * socketLimits.checkMs)
    expect(openOnes(accepted)).toHaveLength(0)
  })

  test('closes a half-closed connection if the client does not close its side in time', async () => {
    const { port, accepted } = await start(() => undefined)
    await open(port, null)
    await expect.poll(() => accepted.length).toBe(1)
    const [socket] = accepted as [Socket]
    writeProblem(socket, { status: 400, code: 'invalid_request', detail: 'No.' })
    await expect.poll(() => socket.writableFinished).toBe(true)
    vi.advanceTimersByTime(socketLimits.lingerMs + 2 * socketLimits.checkMs)
    expect(socket.destroyed).toBe(true)
  })
})

describe('early responses', () => {
  test('closes the connection of a request that was answered before its body arrived', async () => {
    const refuse: RequestListener = (_, response) => {
      response.statusCode = 401
      response.end('no')
    }
    const { port, accepted } = await start(refuse, { limits: { lingerMs: 100 } })
    const client = await open(port, null)
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${1000 * megabyte}\r\n\r\n`)
    const send = () => {
      while (!client.destroyed && client.write(large.subarray(0, 64 * 1024)));
      if (!client.destroyed) client.once('drain', send)
    }
    client.once('readable', send)
    let answer = ''
    for await (const chunk of client.iterator({ destroyOnReturn: false })) answer += chunk
    expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*connection: close\r\n[\s\S]*no$/i)
    await expect.poll(() => openOnes(accepted).length).toBe(0)
    expect(accepted[0]?.bytesRead).toBeLessThan(8 * megabyte)
  })

  test('keeps the connection of a request whose body had arrived before the response', async () => {
    const { port, accepted } = await start((_, response) => void setImmediate(() => response.end('ok')))
    const client = await open(port, null)
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}')
    await read(client, 1)
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await read(client, 1)
    expect(openOnes(accepted)).toHaveLength(1)
  })
})

describe('connection limits', () => {
  const options = { networkOf: (address?: string) => address ?? '', limits: { maxPerNetwork: 3 } }

  test('limits the connections of a client network, and accepts a new one after another was closed', async () => {
    const { port, accepted } = await start((_, response) => void response.end('ok'), options)
    const [first] = await Promise.all(Array.from({ length: 3 }, () => open(port)))
    await expect.poll(() => accepted.length).toBe(3)
    const fourth = await open(port)
    await once(fourth, 'close')
    const other = await open(port, '/', '127.0.0.9')
    expect(await read(other, 1)).toBeGreaterThan(0)
    first?.destroy()
    await expect.poll(() => openOnes(accepted).length).toBe(3)
    expect(await read(await open(port), 1)).toBeGreaterThan(0)
  })

  test('limits the total number of connections', async () => {
    const { port } = await start((_, response) => void response.end('ok'), { limits: { maxConnections: 2 } })
    for (const socket of [await open(port), await open(port)]) await read(socket, 1)
    expect(await read(await open(port), 1)).toBe(0)
  })

  test.each([
    ['127.0.0.1', null],
    ['::ffff:127.0.0.1', null],
    ['::1', null],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ])('counts a connection from %s for the network %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network)
  })
})

describe('the balancer', () => {
  test('the balancer closes slow readers, and reads no more from the instance than they accept', async () => {
    let written = 0
    const upstream = await start((_, response) => {
      const more = () => {
        while (written < 100 * megabyte) {
          written += megabyte
          if (!response.write(large.subarray(0, megabyte))) return void response.once('drain', more)
        }
      }
      more()
    })
    const balancer = await startBalancer({
      port: 0,
      upstreams: () => [{ host: '127.0.0.1', port: upstream.port }],
      drainMs: 100,
    })
    onTestFinished(() => balancer.stop())
    const client = await open(balancer.port)
    await expect.poll(() => upstream.accepted.length).toBe(1)
    await untilStalled(upstream.accepted)
    expect(written).toBeLessThan(50 * megabyte)
    vi.advanceTimersByTime(30_000)
    await expect.poll(() => openOnes(upstream.accepted).length).toBe(0)
    client.resume()
    await once(client, 'close')
  })
})
