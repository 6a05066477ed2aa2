import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testRedis } from '@/tests/services/test-redis'

const { redis, url } = await testRedis()

/** Runs a command as a person does. Resolves whatever it ended with. */
function run(script: string, args: readonly string[], env: Record<string, string> = { REDIS_URL: url }) {
  const path = join(import.meta.dirname, '..', '..', 'scripts', script)
  const { PATH, HOME } = process.env
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [path, ...args], { env: { PATH, HOME, NODE_ENV: 'test', ...env } }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

test('cache:audit says what lies there, and ends with 1 when it must not', async () => {
  await redis.flushall()
  await redis.set('gf:1:{n}:2026-01-01', 'x', 'PX', 60_000)
  const clean = await run('cache-audit.mjs', [])
  expect(clean).toMatchObject({ code: 0, err: '' })
  expect(clean.out).toMatch(/counters +1 keys[\s\S]*Nothing found[\s\S]*takes 0.0 KiB; its ledger says 0.0 KiB/)
  await redis.set('gf:1:odd', 'x')
  const odd = await run('cache-audit.mjs', ['--json'])
  expect(odd.code).toBe(1)
  expect(JSON.parse(odd.out)[0].findings).toHaveLength(2)
})

test('cache:purge asks for a yes', async () => {
  await redis.flushall()
  await redis.set(`gf:1:{s:${'a'.repeat(43)}}:x:${'b'.repeat(43)}`, 'x', 'PX', 60_000)
  expect((await run('cache-purge.mjs', [])).code).toBe(2)
  expect(await redis.dbsize()).toBe(1)
  expect(await run('cache-purge.mjs', ['--yes'])).toMatchObject({ code: 0, out: '1 keys dropped.\n' })
  expect(await redis.dbsize()).toBe(0)
})

test.each(['cache-audit.mjs', 'cache-purge.mjs', 'cache-evaluate.mjs', 'cache-calibrate.mjs', 'cache-warm.mjs'])(
  '%s explains itself, and says what is wrong',
  async (script) => {
    const help = await run(script, ['--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain(`npm run ${script.replace('-', ':').replace('.mjs', '')}`)
    expect((await run(script, ['--nonsense'])).code).not.toBe(0)
  },
)

test('a Redis that is not there is said to be so', async () => {
  const gone = await run('cache-audit.mjs', [], { REDIS_URL: 'redis://127.0.0.1:1' })
  expect(gone).toMatchObject({ code: 2, err: 'Redis cannot be reached at REDIS_URL.\n' })
})
