import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultSimilarityThreshold } from '@/lib/embedding/connect'
import { testRedis } from '@/tests/services/test-redis'

const { redis, url } = await testRedis()

/** Runs a script in a process of its own. Resolves with any exit code. */
function run(script: string, args: readonly string[], env: Record<string, string> = { REDIS_URL: url }) {
  const path = join(import.meta.dirname, '..', '..', 'scripts', script)
  const { PATH, HOME } = process.env
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [path, ...args], { env: { PATH, HOME, NODE_ENV: 'test', ...env } }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

test('cache:audit prints the keys by family and exits with 1 if it finds problems', async () => {
  await redis.flushall()
  await redis.set('gf:1:{n}:2026-01-01', 'x', 'PX', 60_000)
  const clean = await run('cache-audit.mjs', [])
  expect(clean).toMatchObject({ code: 0, err: '' })
  expect(clean.out).toMatch(/counters +1 keys[\s\S]*No problems found[\s\S]*uses 0.0 KiB; its ledger records 0.0 KiB/)
  await redis.set('gf:1:odd', 'x')
  const odd = await run('cache-audit.mjs', ['--json'])
  expect(odd.code).toBe(1)
  expect(JSON.parse(odd.out)[0].findings).toHaveLength(2)
})

test('cache:purge deletes nothing without --yes', async () => {
  await redis.flushall()
  await redis.set(`gf:1:{s:${'a'.repeat(43)}}:x:${'b'.repeat(43)}`, 'x', 'PX', 60_000)
  expect((await run('cache-purge.mjs', [])).code).toBe(2)
  expect(await redis.dbsize()).toBe(1)
  expect(await run('cache-purge.mjs', ['--yes'])).toMatchObject({ code: 0, out: '1 keys deleted.\n' })
  expect(await redis.dbsize()).toBe(0)
})

test.each(['cache-audit.mjs', 'cache-purge.mjs', 'cache-evaluate.mjs', 'cache-calibrate.mjs', 'cache-warm.mjs'])(
  '%s prints its usage and rejects unknown options',
  async (script) => {
    const help = await run(script, ['--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain(`npm run ${script.replace('-', ':').replace('.mjs', '')}`)
    expect((await run(script, ['--nonsense'])).code).not.toBe(0)
  },
)

/** A small model outside of the repository. Its license forbids copying it into the repository. */
const model = join(import.meta.dirname, '..', '..', '..', 'shared', 'models', 'goldfish-embed-mini')
const folder = mkdtempSync(join(tmpdir(), 'goldfish-pairs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const pairsFile = (pairs: readonly object[]) => {
  const file = join(folder, 'pairs.jsonl')
  writeFileSync(file, pairs.map((pair) => JSON.stringify(pair)).join('\n'))
  return file
}
const paraphrase = {
  a: 'What are the symptoms of iron deficiency in adults?',
  b: 'What are the signs of iron deficiency in adults?',
  same: true,
  slice: 'qqp',
}

test('cache:calibrate and cache:evaluate print invalid options in one line', async () => {
  const pairs = pairsFile([paraphrase])
  expect(await run('cache-calibrate.mjs', ['--pairs', pairs])).toMatchObject({
    code: 1,
    err: '--embedding local:MODEL is required: a threshold depends on the model\n',
  })
  const failed = await run('cache-evaluate.mjs', ['--pairs', pairs, '--embedding', 'local:/nowhere/at all'])
  expect(failed).toEqual({
    code: 1,
    out: '',
    err: '--embedding: local: must be followed by an existing folder or a hub id like owner/model\n',
  })
})

describe.skipIf(!existsSync(model))(existsSync(model) ? 'with a model' : 'with a model (skipped: no ../shared)', () => {
  test('cache:calibrate prints a threshold, or an error if none meets the targets', async () => {
    const args = ['--embedding', `local:${model}`, '--json', '--pairs']
    const found = await run('cache-calibrate.mjs', [...args, pairsFile([paraphrase])])
    expect(found).toMatchObject({ code: 0, err: '' })
    const { threshold, curve } = JSON.parse(found.out)
    expect(threshold).toBe(0.5)
    expect(curve[0]).toMatchObject({ threshold: 0.5, qqpRecall: 1, qqpPrecision: 1 })
    expect(curve.at(-1)).toMatchObject({ threshold: 0.99, qqpRecall: 0 })
    const none = await run('cache-calibrate.mjs', [...args, pairsFile([{ ...paraphrase, slice: 'pos_surface' }])])
    expect(none).toMatchObject({ code: 1, err: 'No threshold meets the targets on these pairs.\n' })
  })

  test('cache:evaluate uses the default threshold of the app unless one is given', async () => {
    const args = ['--pairs', pairsFile([paraphrase]), '--embedding', `local:${model}`, '--json']
    const own = await run('cache-evaluate.mjs', args)
    expect(own).toMatchObject({ code: 0, err: '' })
    expect(own.out).toBe(
      (await run('cache-evaluate.mjs', [...args, '--threshold', String(defaultSimilarityThreshold)])).out,
    )
    expect(JSON.parse(own.out).qqp).toMatchObject({ found: 1, layers: { semantic: 1 } })
    expect(JSON.parse((await run('cache-evaluate.mjs', [...args, '--threshold', '0.99'])).out).qqp.found).toBe(0)
  })
})

test('cache:audit prints an error if Redis cannot be reached', async () => {
  const failed = await run('cache-audit.mjs', [], { REDIS_URL: 'redis://127.0.0.1:1' })
  expect(failed).toMatchObject({ code: 2, err: 'Cannot reach Redis at REDIS_URL.\n' })
})
