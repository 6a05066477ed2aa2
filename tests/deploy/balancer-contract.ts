/**
 * Tests that every balancer must pass for which a configuration is shipped. They run the real program with the
 * shipped file.
 */
import { once } from 'node:events'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { clientAddress } from '@/lib/http/client-address'
import { withTimeout } from '@/lib/redis/run-script'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'
import type { Program } from './find-program'
import { type Seen, startUpstream, type Upstream } from './upstream'

export type Balancer = {
  name: string
  /** Null if the program is not available. The tests are then skipped. */
  program: Program | null
  checksReadiness: boolean
  /** Runs the balancer on `port` in front of servers on these ports. Returns a function that stops it. */
  start: (program: Program, port: number, upstreams: readonly number[]) => Promise<() => Promise<void>>
}

/** A running balancer, for tests that apply to only one of the balancers. */
export type Bench = { program: Program | null; upstreams: Upstream[]; send: Send }
type Send = (path: string, options?: RequestOptions & { body?: string }) => Promise<{ status: number; seen: Seen }>

export function testBalancer({ name, program, checksReadiness, start }: Balancer, more: (bench: Bench) => void): void {
  describe.skipIf(!program)(name, () => {
    const bench: Bench = {
      program,
      upstreams: [],
      send: async (path, options) => readAnswer(await open(path, options)),
    }
    let port = 0
    let stop = async () => {}
    const { upstreams, send } = bench

    beforeAll(async () => {
      for (const each of ['a', 'b', 'c']) upstreams.push(await startUpstream(each))
      port = await findFreePort()
      if (program) stop = await start(program, port, portsOf(upstreams))
    })
    afterAll(async () => {
      await stop()
      await Promise.all(upstreams.map((upstream) => upstream.stop()))
    })
    beforeEach(() => {
      for (const upstream of upstreams) upstream.requests = []
    })

    async function open(path: string, { body, ...options }: RequestOptions & { body?: string } = {}) {
      const sent = request({ host: '127.0.0.1', port, path, agent: false, ...options })
      sent.end(body)
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      return answer
    }

    test('distributes requests over all instances, including those of one client', async () => {
      for (let count = 0; count < 9; count += 1) await send('/api/conversations')
      for (const { requests } of upstreams) expect(requests.length).toBeGreaterThanOrEqual(2)
    })

    test('passes the client’s address, host and protocol and ignores what the client claims', async () => {
      const claims = {
        'x-forwarded-for': ['9.9.9.9', '8.8.8.8'],
        'x-forwarded-proto': 'ftp',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-port': '1',
        forwarded: 'for=9.9.9.9',
        'x-request-id': 'r-1',
        host: `chat.example:${port}`,
      }
      // Any loopback address that differs from the balancer's own.
      const { seen } = await send('/api/todos?a=1', { headers: claims, localAddress: '127.0.0.9' })
      expect(seen).toMatchObject({
        url: '/api/todos?a=1',
        headers: {
          host: `chat.example:${port}`,
          'x-forwarded-for': '9.9.9.9, 8.8.8.8, 127.0.0.9, 127.0.0.1',
          'x-forwarded-proto': 'http',
          'x-forwarded-host': `chat.example:${port}`,
          'x-request-id': 'r-1',
        },
      })
      for (const dropped of ['forwarded', 'x-forwarded-port']) expect(seen.headers).not.toHaveProperty(dropped)
      expect(clientAddress(new Headers(seen.headers), 1)).toBe('127.0.0.9')
    })

    test.each(['POST', 'GET'])('%s: delivers the events of a stream one by one without buffering', async (method) => {
      const passOn = async () => {
        const answer = await open('/api/chat/stream', { method })
        const from = upstreams.find(({ streams }) => streams.length > 0)
        const stream = from?.streams.pop()
        answer.setEncoding('utf8')
        // Each event is sent only after the previous one has arrived.
        for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
          stream?.write(event)
          expect(await once(answer, 'data')).toEqual([event])
        }
        stream?.end()
        await once(answer, 'end')
      }
      // If packets were delayed until they are full, the four waits would take 800 ms.
      await withTimeout(600, passOn())
    })

    test('does not repeat a request that breaks after it was sent unless it is a chat message', async () => {
      for (const upstream of upstreams) upstream.breakNext = true
      const { status } = await send('/api/todos', { method: 'POST', body: 'once' })
      expect(status).toBe(502)
      expect(upstreams.flatMap(({ requests }) => requests)).toHaveLength(1)
      for (const upstream of upstreams) upstream.breakNext = false
    })

    more(bench)

    test.each([
      ['GET', '/api/conversations', undefined],
      ['POST', '/api/todos', 'x'.repeat(10_000)],
      ['POST', '/api/chat', 'x'.repeat(10_000)],
    ])('skips an instance that refuses connections: %s %s', async (method, path, body) => {
      if (!program) return
      // A new balancer, which still considers all instances healthy when the first one stops.
      const fresh = await findFreePort()
      const stopped = await startUpstream('stopped')
      onTestFinished(await start(program, fresh, portsOf([stopped, ...upstreams.slice(1)])))
      if (checksReadiness) await expect.poll(() => stopped.checks).toBeGreaterThan(1)
      await stopped.stop()
      const sendSix = async () => {
        for (let count = 0; count < 6; count += 1) {
          const { status, seen } = await send(path, { method, port: fresh, ...(body && { body }) })
          expect(status).toBe(200)
          expect(seen).toMatchObject({ method, body: body ?? '' })
        }
      }
      // Retrying the same instance would take a second.
      await withTimeout(900, sendSix())
      const counts = upstreams.map(({ requests }) => requests.length)
      expect(counts).toEqual([0, expect.any(Number), 6 - (counts[1] ?? 0)])
    })
  })
}

const portsOf = (upstreams: readonly Upstream[]) => upstreams.map((upstream) => upstream.port)

async function readAnswer(answer: IncomingMessage): Promise<{ status: number; seen: Seen }> {
  const body = await text(answer)
  const isJson = answer.headers['content-type'] === 'application/json'
  const nothing: Seen = { name: '', method: '', url: '', body: '', headers: {} }
  return { status: answer.statusCode ?? 0, seen: isJson ? (JSON.parse(body) as Seen) : nothing }
}
