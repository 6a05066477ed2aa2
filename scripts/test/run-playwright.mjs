import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findOrInstallChromium } from './find-chromium.mjs'
import { addFailure, describeFailure, failedCheck, outcome, withRunner } from './outcome.mjs'
import { root, runCommand } from './run-command.mjs'

/** @typedef {{ title: string, file?: string, specs?: Spec[], suites?: Suite[] }} Suite */
/** @typedef {{ title: string, ok: boolean, file: string, line: number, tests: Run[] }} Spec */
/** @typedef {{ projectName: string, status: string, results: { errors: { message?: string }[] }[] }} Run */
/** @typedef {{ suites: Suite[], errors: { message?: string }[] }} Report */

const reportFile = join(root, 'tests', 'results', 'playwright.json')

/**
 * Runs the browser tests. Without a Chromium they are skipped, except on CI as root, where one should have been
 * installed and its absence is a failure.
 */
export async function runPlaywright() {
  if (findOrInstallChromium()) return run('playwright', [])
  if (process.env.CI && process.getuid?.() === 0)
    return failedCheck('playwright: no Chromium, and it could not be installed')
  const listed = await run('playwright --list', ['--list'])
  const skipped = listed.passed + listed.failed + listed.skipped
  return outcome({ skipped, notes: ['skipped: no Chromium'] })
}

/** @param {string} name @param {readonly string[]} args */
async function run(name, args) {
  mkdirSync(join(reportFile, '..'), { recursive: true })
  rmSync(reportFile, { force: true })
  const listing = args.includes('--list')
  const reporter = listing ? 'json' : 'list,json'
  const ended = await runCommand('playwright', ['test', `--reporter=${reporter}`, ...args], {
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile, GOLDFISH_TEST_BUILT: '1' },
    // Slightly longer than Playwright's own global timeout, so that it can still write its report.
    timeoutMs: 22 * 60_000,
    quiet: listing,
  })
  return withRunner(readReport(), ended, name)
}

function readReport() {
  if (!existsSync(reportFile)) return outcome()
  /** @type {Report} */
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  const counts = outcome()
  for (const spec of report.suites.flatMap(specsOf)) {
    for (const { projectName, status, results } of spec.tests) {
      if (status === 'skipped') counts.skipped += 1
      else if (status === 'expected') counts.passed += 1
      else {
        counts.failed += 1
        const title = `e2e ${projectName}: ${spec.file}:${spec.line} ${spec.title}`
        counts.failures.push(
          describeFailure(
            title,
            results
              .at(-1)
              ?.errors.map(({ message }) => message)
              .join('\n'),
          ),
        )
      }
    }
  }
  return report.errors.reduce((all, { message = '' }) => addFailure(all, `e2e: ${message.split('\n')[0]}`), counts)
}

/** @param {Suite} suite @returns {Spec[]} */
const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)]
