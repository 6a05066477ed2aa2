import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { addFailure, outcome, sum, withRunner } from './outcome.mjs'
import { root, runCommand } from './run-command.mjs'

const counts = join(root, 'tests', 'results', 'vitest.json')

/**
 * Runs the given projects of vitest.config.ts. A project without tests counts as a failure.
 * @param {readonly string[]} projects
 */
export async function runVitest(projects) {
  mkdirSync(join(counts, '..'), { recursive: true })
  rmSync(counts, { force: true })
  const chosen = projects.flatMap((name) => ['--project', name])
  const reporters = ['--reporter=default', '--reporter=./scripts/test/vitest-counts.mjs']
  const ended = await runCommand('vitest', ['run', ...chosen, ...reporters], {
    env: { GOLDFISH_TEST_COUNTS: counts, GOLDFISH_TEST_BUILT: '1' },
    timeoutMs: 30 * 60_000,
  })
  return withRunner(readCounts(projects), ended, 'vitest')
}

/** @param {readonly string[]} projects */
function readCounts(projects) {
  if (!existsSync(counts)) return outcome()
  /** @type {{ projects: Record<string, import('./outcome.mjs').Outcome>, errors: string[] }} */
  const report = JSON.parse(readFileSync(counts, 'utf8'))
  const found = projects.map(
    (name) => report.projects[name] ?? outcome({ failed: 1, failures: [`vitest: project ${name} found no tests`] }),
  )
  return report.errors.reduce((all, message) => addFailure(all, `vitest: ${message.split('\n')[0]}`), sum(found))
}
