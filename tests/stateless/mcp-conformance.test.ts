/** M01: the suite of the protocol's makers against three instances, in both revisions that it knows. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp } from '@/tests/integration/chat-client'
import { makeKey } from '@/tests/integration/key-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { startKeyProxy } from './key-proxy'

const program = join(
  import.meta.dirname,
  '..',
  '..',
  'node_modules',
  '@modelcontextprotocol',
  'conformance',
  'dist',
  'index.js',
)
const output = mkdtempSync(join(tmpdir(), 'goldfish-mcp-'))

let goldfish: Goldfish
let proxy: Awaited<ReturnType<typeof startKeyProxy>>
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3, env: { RATE_LIMITS: '{"mcp":"100000/60"}' } })
  const ada = await signUp(goldfish.url)
  proxy = await startKeyProxy(goldfish.url, (await makeKey(ada, ['mcp', 'chat', 'todos:read', 'todos:write'])).key)
})
afterAll(async () => {
  await proxy?.stop()
  await goldfish?.stop()
  rmSync(output, { recursive: true, force: true })
})

/** Those that need no tools of the suite's own. */
const scenarios: Readonly<Record<string, readonly string[]>> = {
  '2025-11-25': [
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'dns-rebinding-protection',
  ],
  '2026-07-28': [
    'server-stateless',
    'tools-list',
    'resources-list',
    'prompts-list',
    'sep-2164-resource-not-found',
    'caching',
    'http-header-validation',
    'dns-rebinding-protection',
  ],
}

/**
 * What of `server-stateless` is not here: four checks call tools of the suite's own, and subscriptions are off, because a
 * stream of changes would have to live in one process.
 */
const notHere = [
  'ServerRejectsUndeclaredCapability',
  'MissingCapabilityHttp400',
  'HttpServerNoIndependentRequestsOnStream',
  'ServerNoLogWithoutLogLevel',
  'ServerSendsSubscriptionAck',
  'ServerTagsSubscriptionId',
]

test.each(Object.entries(scenarios).flatMap(([version, names]) => names.map((name) => [version, name] as const)))(
  '%s: %s',
  async (version, scenario) => {
    const args = ['server', '--url', `${proxy.url}/api/mcp`, '--scenario', scenario, '--spec-version', version]
    const run = promisify(execFile)(process.execPath, [program, ...args, '-o', output], { cwd: output })
    const { stdout } = await run.catch((error: { stdout: string }) => error)
    const told = stripVTControlCharacters(stdout)
    const failed = [...told.matchAll(/^ {2}- (\w+): /gm)].map(([, check]) => check)
    expect(failed, told).toEqual(scenario === 'server-stateless' ? notHere : [])
    expect(told).toMatch(/Passed: [1-9]\d*\/\d+/)
  },
)
