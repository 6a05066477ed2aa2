/**
 * `npm test`: checks types and style, makes the production build, then runs all tests against real services and
 * that build. The last line prints the counts. `--only unit|integration|neon|cluster|e2e` runs one part.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { failedCheck, lastLine, outcome, passedCheck, sum } from './test/outcome.mjs'
import { root, runCommand } from './test/run-command.mjs'
import { runPlaywright } from './test/run-playwright.mjs'
import { runVitest } from './test/run-vitest.mjs'

const parts = ['unit', 'integration', 'neon', 'cluster', 'e2e']
const only = process.argv[2] === '--only' ? process.argv[3] : undefined
if (process.argv.length > 2 && !parts.includes(only ?? '')) {
  process.stderr.write(`usage: npm test [-- --only ${parts.join('|')}]\n`)
  process.exit(2)
}

/** The Vitest projects of each part. `system` holds the tests that kill whole applications or measure them. */
const integration = ['integration', 'system']
const projectsOf = /** @type {Record<string, string[]>} */ ({
  unit: ['unit'],
  integration,
  neon: ['neon'],
  cluster: ['cluster'],
  e2e: [],
})
const projects = only ? (projectsOf[only] ?? []) : ['unit', ...integration, 'neon', 'cluster']
const needsBuild = only === undefined || only === 'integration' || only === 'e2e'

/** @type {import('./test/outcome.mjs').Outcome[]} */
const outcomes = []
const startedAt = performance.now()

/**
 * Prints a step's name, runs it and adds its outcome. A step that throws counts as one failure.
 * @param {string} name
 * @param {() => Promise<import('./test/outcome.mjs').Outcome>} step
 */
async function runStep(name, step) {
  process.stdout.write(`\n=== ${name} (${Math.round((performance.now() - startedAt) / 1000)} s)\n`)
  const result = await step().catch((error) => failedCheck(`${name}: ${error instanceof Error ? error.stack : error}`))
  outcomes.push(result)
  return result.failed === 0
}

/**
 * @param {string} name
 * @param {string} command
 * @param {readonly string[]} args
 * @param {number} timeoutMs
 */
const check = (name, command, args, timeoutMs) =>
  runStep(name, async () => {
    const { code, timedOut } = await runCommand(command, args, { timeoutMs })
    if (code === 0) return passedCheck()
    return failedCheck(`${name}: ${timedOut ? 'timed out' : `exited with ${code}`}`)
  })

if (!only) {
  await check('types', 'tsc', ['--noEmit'], 3 * 60_000)
  await check('style', 'biome', ['check'], 60_000)
  await check('prose', process.execPath, ['scripts/check-prose.ts'], 60_000)
}
const isBuilt = !needsBuild || (await check('build', process.execPath, ['scripts/test/ensure-build.mjs'], 6 * 60_000))
// Without a current build, the other tests would run against an old build or all fail for the same reason.
const runnable = isBuilt ? projects : projects.filter((name) => ['unit', 'neon', 'cluster'].includes(name))
if (runnable.length > 0) await runStep(`vitest (${runnable.join(', ')})`, () => runVitest(runnable))
if (isBuilt && (only === undefined || only === 'e2e')) await runStep('browser', runPlaywright)
if (!isBuilt) outcomes.push(outcome({ notes: ['not run: tests that need the build'] }))
if (!existsSync(join(root, '..', 'shared'))) outcomes.push(outcome({ notes: ['skipped: no ../shared'] }))

const total = sum(outcomes)
process.stdout.write(`\n=== done (${Math.round((performance.now() - startedAt) / 1000)} s)\n`)
for (const failure of total.failures) process.stdout.write(`FAILED ${failure}\n`)
for (const note of new Set(total.notes)) process.stdout.write(`${note}\n`)
process.exitCode = total.failed === 0 ? 0 : 1
process.stdout.write(`${lastLine(total)}\n`)
