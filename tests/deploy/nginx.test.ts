import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { testBalancer } from './balancer-contract'
import { findProgram } from './find-program'
import { localize } from './localize'
import { runBalancer } from './run-balancer'
import { expectSlowReaderClosed } from './slow-reader'

const config = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'nginx', 'goldfish.conf'), 'utf8')
const directory = mkdtempSync(join(tmpdir(), 'goldfish-nginx-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** The main configuration mainConfig ours, as in a distribution, with several workers as in production. */
const mainConfig = (home: string) => `
daemon off;
worker_processes 2;
error_log stderr;
pid ${home}/nginx.pid;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${home}/${of};`).join('\n  ')}
  include ${home}/goldfish.conf;
}
`

testBalancer(
  {
    name: 'nginx',
    program: await findProgram('nginx', '-v'),
    checksReadiness: false,
    start: (program, port, ports) => {
      const home = mkdtempSync(join(directory, 'run-'))
      const ours = localize(config, ports, { 'listen 80;': `listen 127.0.0.1:${port};` })
      writeFileSync(join(home, 'goldfish.conf'), ours)
      writeFileSync(join(home, 'nginx.conf'), mainConfig(home))
      return runBalancer(program, ['-p', home, '-c', join(home, 'nginx.conf'), '-e', 'stderr'], port)
    },
  },
  ({ program, upstreams, send }) => {
    test('disconnects a client that reads nothing, but not one whose model is silent', async () => {
      if (!program) return
      await expectSlowReaderClosed((port, ports) => {
        const home = mkdtempSync(join(directory, 'run-'))
        const changes = {
          'listen 80;': `listen 127.0.0.1:${port};`,
          'send_timeout 30s;': 'send_timeout 1s;',
          'proxy_max_temp_file_size 64m;': 'proxy_max_temp_file_size 1m;',
        }
        writeFileSync(join(home, 'goldfish.conf'), localize(config, ports, changes))
        writeFileSync(join(home, 'nginx.conf'), mainConfig(home))
        return runBalancer(program, ['-p', home, '-c', join(home, 'nginx.conf'), '-e', 'stderr'], port)
      })
    })

    test('sends a chat message to the next instance if the connection breaks, because its id makes that safe', async () => {
      for (const upstream of upstreams.slice(0, 2)) upstream.breakNext = true
      for (let count = 0; count < 3; count += 1) {
        const { status, seen } = await send('/api/chat', { method: 'POST', body: 'm' })
        expect([status, seen.body]).toEqual([200, 'm'])
      }
      expect(upstreams.slice(0, 2).some(({ breakNext }) => !breakNext)).toBe(true)
      for (const upstream of upstreams) upstream.breakNext = false
    })

    test('keeps and reuses connections to the instances', async () => {
      const connections = () => upstreams.reduce((sum, upstream) => sum + upstream.connections, 0)
      const before = connections()
      for (let count = 0; count < 30; count += 1) await send('/api/todos')
      // Each worker may open at most one connection to each instance.
      expect(connections() - before).toBeLessThanOrEqual(6)
    })
  },
)
