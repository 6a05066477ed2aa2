/**
 * Runs the official MCP conformance suite against three instances, in both protocol revisions that the suite supports.
 */
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

/** The scenarios of each revision that do not require tools of the suite. */
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
 * The checks of `server-stateless` that are expected to fail. Four of them call tools of the suite. Two check
 * subscriptions, which are not supported because a stream of changes would have to be kept in one process.
 */
const expectedFailures = [
  'ServerRejectsUndeclaredCapability',
  'MissingCapabilityHttp400',
  'HttpServerNoIndependentRequestsOnStream',
  'ServerNoLogWithoutLogLevel',
  'ServerSendsSubscriptionAck',
  'ServerTagsSubscriptionId',
]

test.each(Object.entries(scenarios).flatMap(([version, names]) => names.map((name) => [version, name] as const)))(
  'MCP revision %s passes the conformance scenario %s',
  async (version, scenario) => {
    const args = ['server', '--url', `${proxy.url}/api/mcp`, '--scenario', scenario, '--spec-version', version]
    const run = promisify(execFile)(process.execPath, [program, ...args, '-o', output], { cwd: output })
    const { stdout } = await run.catch((error: { stdout: string }) => error)
    const report = stripVTControlCharacters(stdout)
    const failed = [...report.matchAll(/^ {2}- (\w+): /gm)].map(([, check]) => check)
    expect(failed, report).toEqual(scenario === 'server-stateless' ? expectedFailures : [])
    expect(report).toMatch(/Passed: [1-9]\d*\/\d+/)
  },
)
