/** What is expected of every balancer that we ship a configuration for, with the real program and the real file. */
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
  /** Null: not to be had here, and the tests are skipped. */
  program: Program | null
  asksForReadiness: boolean
  /** Runs it on `port` in front of servers on these ports; returns what ends it. */
  start: (program: Program, port: number, upstreams: readonly number[]) => Promise<() => Promise<void>>
}

/** A running balancer, for the tests that are about one of them only. */
export type Bench = { program: Program | null; upstreams: Upstream[]; send: Send }
type Send = (path: string, options?: RequestOptions & { body?: string }) => Promise<{ status: number; seen: Seen }>

export function testBalancer({ name, program, asksForReadiness, start }: Balancer, more: (bench: Bench) => void): void {
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

    test('requests go round over all instances, also those of one client', async () => {
      for (let count = 0; count < 9; count += 1) await send('/api/conversations')
      for (const { requests } of upstreams) expect(requests.length).toBeGreaterThanOrEqual(2)
    })

    test('an instance sees the client’s address, host and protocol, and not what the client claims', async () => {
      const claims = {
        'x-forwarded-for': ['9.9.9.9', '8.8.8.8'],
        'x-forwarded-proto': 'ftp',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-port': '1',
        forwarded: 'for=9.9.9.9',
        'x-request-id': 'r-1',
        host: `chat.example:${port}`,
      }
      // Not the balancer's own address: loopback has many.
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

    test.each(['POST', 'GET'])(
      '%s: the events of a stream arrive one by one, with nothing held back',
      async (method) => {
        const passOn = async () => {
          const answer = await open('/api/chat/stream', { method })
          const from = upstreams.find(({ streams }) => streams.length > 0)
          const stream = from?.streams.pop()
          answer.setEncoding('utf8')
          // Each is sent only when the one before has arrived.
          for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
            stream?.write(event)
            expect(await once(answer, 'data')).toEqual([event])
          }
          stream?.end()
          await once(answer, 'end')
        }
        // Four waits for a fuller packet would be 800 ms.
        await withTimeout(600, passOn())
      },
    )

    test('a request that breaks after it was sent is not sent again, if it is not one of the chat', async () => {
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
    ])('an instance that refuses connections is stepped over: %s %s', async (method, path, body) => {
      if (!program) return
      // A balancer of its own, which believes that all are well when the first is gone.
      const fresh = await findFreePort()
      const mortal = await startUpstream('mortal')
      onTestFinished(await start(program, fresh, portsOf([mortal, ...upstreams.slice(1)])))
      if (asksForReadiness) await expect.poll(() => mortal.checks).toBeGreaterThan(1)
      await mortal.stop()
      const sendSix = async () => {
        for (let count = 0; count < 6; count += 1) {
          const { status, seen } = await send(path, { method, port: fresh, ...(body && { body }) })
          expect(status).toBe(200)
          expect(seen).toMatchObject({ method, body: body ?? '' })
        }
      }
      // Trying the same one again would take a second.
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
