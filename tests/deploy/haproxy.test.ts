import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { testBalancer } from './balancer-contract'
import { findProgram } from './find-program'
import { localize } from './localize'
import { runBalancer } from './run-balancer'
import { expectSlowReaderClosed } from './slow-reader'

const config = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'haproxy', 'haproxy.cfg'), 'utf8')
const directory = mkdtempSync(join(tmpdir(), 'goldfish-haproxy-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

testBalancer(
  {
    name: 'haproxy',
    program: await findProgram('haproxy', '-v'),
    checksReadiness: true,
    start: (program, port, ports) => {
      const file = join(mkdtempSync(join(directory, 'run-')), 'haproxy.cfg')
      // The health checks must be more frequent than in production, because the tests would otherwise wait for
      // seconds.
      writeFileSync(file, localize(config, ports, { 'bind :80': `bind 127.0.0.1:${port}`, 'inter 2s': 'inter 200ms' }))
      return runBalancer(program, ['-db', '-f', file], port)
    },
  },
  ({ program, upstreams, send }) => {
    test('disconnects a client that reads nothing, but not one whose model is silent', async () => {
      if (!program) return
      await expectSlowReaderClosed((port, ports) => {
        const file = join(mkdtempSync(join(directory, 'run-')), 'haproxy.cfg')
        const changes = { 'bind :80': `bind 127.0.0.1:${port}`, 'timeout client 30s': 'timeout client 1s' }
        writeFileSync(file, localize(config, ports, changes))
        return runBalancer(program, ['-db', '-f', file], port)
      })
    })

    const respondingInstances = async (count: number) => {
      const names = []
      for (let sent = 0; sent < count; sent += 1) names.push((await send('/api/todos')).seen.name)
      return new Set(names)
    }

    test('sends no new requests to a draining instance until it is ready again', async () => {
      for (const upstream of upstreams.slice(1)) upstream.ready = false
      await expect.poll(() => respondingInstances(6)).toEqual(new Set(['a']))
      for (const upstream of upstreams.slice(1)) upstream.ready = true
      await expect.poll(() => respondingInstances(6)).toEqual(new Set(['a', 'b', 'c']))
    })

    test('sends requests to the instances if none of them is ready, because their 503 contains a Retry-After', async () => {
      for (const upstream of upstreams) Object.assign(upstream, { ready: false, refusals: 0 })
      // HAProxy needs two failed checks to mark an instance as down. A third check proves that it has received the
      // second.
      await expect.poll(() => Math.min(...upstreams.map(({ refusals }) => refusals))).toBeGreaterThan(2)
      const answers = await Promise.all(Array.from({ length: 30 }, () => send('/api/todos')))
      expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200))
      for (const upstream of upstreams) upstream.ready = true
      await expect.poll(() => respondingInstances(6)).toEqual(new Set(['a', 'b', 'c']))
    })
  },
)
