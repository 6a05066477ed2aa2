import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { testBalancer } from './balancer-contract'
import { findProgram } from './find-program'
import { localise } from './localise'
import { runBalancer } from './run-balancer'
import { expectSlowReaderClosed } from './slow-reader'

const config = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'haproxy', 'haproxy.cfg'), 'utf8')
const directory = mkdtempSync(join(tmpdir(), 'goldfish-haproxy-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

testBalancer(
  {
    name: 'haproxy',
    program: await findProgram('haproxy', '-v'),
    asksForReadiness: true,
    start: (program, port, ports) => {
      const file = join(mkdtempSync(join(directory, 'run-')), 'haproxy.cfg')
      // Quicker checks, or the tests would wait for seconds.
      writeFileSync(file, localise(config, ports, { 'bind :80': `bind 127.0.0.1:${port}`, 'inter 2s': 'inter 200ms' }))
      return runBalancer(program, ['-db', '-f', file], port)
    },
  },
  ({ program, upstreams, send }) => {
    test('disconnects a client that reads nothing, but not one whose model is silent', async () => {
      if (!program) return
      await expectSlowReaderClosed((port, ports) => {
        const file = join(mkdtempSync(join(directory, 'run-')), 'haproxy.cfg')
        const changes = { 'bind :80': `bind 127.0.0.1:${port}`, 'timeout client 30s': 'timeout client 1s' }
        writeFileSync(file, localise(config, ports, changes))
        return runBalancer(program, ['-db', '-f', file], port)
      })
    })

    const askedOf = async (count: number) => {
      const names = []
      for (let asked = 0; asked < count; asked += 1) names.push((await send('/api/todos')).seen.name)
      return new Set(names)
    }

    test('an instance that drains gets no new request, and gets them again when it is ready', async () => {
      for (const upstream of upstreams.slice(1)) upstream.ready = false
      await expect.poll(() => askedOf(6)).toEqual(new Set(['a']))
      for (const upstream of upstreams.slice(1)) upstream.ready = true
      await expect.poll(() => askedOf(6)).toEqual(new Set(['a', 'b', 'c']))
    })

    test('with none of them ready they are asked all the same: their 503 says when to come again', async () => {
      for (const upstream of upstreams) Object.assign(upstream, { ready: false, refusals: 0 })
      // It takes two to be believed; the third is asked when the second has been heard.
      await expect.poll(() => Math.min(...upstreams.map(({ refusals }) => refusals))).toBeGreaterThan(2)
      const answers = await Promise.all(Array.from({ length: 30 }, () => send('/api/todos')))
      expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200))
      for (const upstream of upstreams) upstream.ready = true
      await expect.poll(() => askedOf(6)).toEqual(new Set(['a', 'b', 'c']))
    })
  },
)
