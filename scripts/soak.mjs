/**
 * `npm run soak [-- --minutes N]`: repeats the tests that kill servers and stop databases, and ten thousand turns
 * through the answer cache, with a new seed for each run. Runs for 30 minutes by default and stops at the first
 * failure. `CHAOS_SEED` with the printed seed will repeat a run.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { runCommand } from './test/run-command.mjs'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } })
const minutes = Number(values.minutes)
if (!(minutes > 0)) {
  process.stderr.write('usage: npm run soak [-- --minutes N]\n')
  process.exit(2)
}

const files = [
  'tests/chaos/random-kills',
  'tests/stateless/same-history',
  'tests/chaos/postgres-gone',
  'tests/chaos/dead-turn',
  'tests/security/mixed-turns',
]
const maxRunMs = 30 * 60_000
const endsAt = performance.now() + minutes * 60_000

await runCommand(process.execPath, ['scripts/test/ensure-build.mjs'], { timeoutMs: 10 * 60_000 })
let runs = 0
let failed = 0
do {
  const seed = String(randomInt(1_000_000))
  process.stdout.write(`\n=== run ${runs + 1}, CHAOS_SEED=${seed}\n`)
  const options = {
    env: { CHAOS_SEED: seed, CACHE_TURNS: '10000', CHAOS_SENDS: '1000', GOLDFISH_TEST_BUILT: '1' },
    timeoutMs: maxRunMs,
  }
  const { code } = await runCommand(
    'vitest',
    ['run', '--project', 'system', '--project', 'integration', ...files],
    options,
  )
  runs += 1
  if (code !== 0) failed += 1
} while (failed === 0 && performance.now() < endsAt)

process.stdout.write(`\n${runs - failed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
