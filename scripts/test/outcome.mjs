import { stripVTControlCharacters } from 'node:util'

/**
 * The result of a step. `failures` and `notes` are printed at the end of the run.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[], notes: string[] }} Outcome
 */

/** @param {Partial<Outcome>} [parts] @returns {Outcome} */
export const outcome = (parts = {}) => ({ passed: 0, failed: 0, skipped: 0, failures: [], notes: [], ...parts })

export const passedCheck = () => outcome({ passed: 1 })

/**
 * The maximum number of lines of an error that are repeated at the end of the log, which
 * should be enough to find its cause.
 */
const maxShownLines = 12

/**
 * Describes a failed test for the end of the log: its title, and below it the first lines of its error.
 * @param {string} title
 * @param {string | undefined} message
 */
export function describeFailure(title, message) {
  const lines = stripVTControlCharacters(message ?? '').split('\n')
  const shown = lines.map((line) => line.trimEnd()).filter((line) => line !== '')
  return [title, ...shown.slice(0, maxShownLines).map((line) => `    ${line}`)].join('\n')
}

/** @param {string} line */
export const failedCheck = (line) => outcome({ failed: 1, failures: [line] })

/**
 * Adds a failure if the test runner timed out, found no tests, or exited with an error although no test failed.
 * @param {Outcome} counted
 * @param {import('./run-command.mjs').Ended} ended
 * @param {string} name
 */
export function withRunner(counted, { code, timedOut }, name) {
  if (timedOut) return addFailure(counted, `${name}: timed out`)
  if (counted.passed + counted.failed + counted.skipped === 0) return addFailure(counted, `${name}: found no tests`)
  if (code !== 0 && counted.failed === 0)
    return addFailure(counted, `${name}: ${code === null ? 'crashed' : `exited with ${code}`}`)
  return counted
}

/** @param {Outcome} counted @param {string} line @returns {Outcome} */
export const addFailure = (counted, line) => ({
  ...counted,
  failed: counted.failed + 1,
  failures: [...counted.failures, line],
})

/** @param {readonly Outcome[]} outcomes */
export const sum = (outcomes) =>
  outcomes.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
      failures: [...all.failures, ...one.failures],
      notes: [...all.notes, ...one.notes],
    }),
    outcome(),
  )

/** @param {Outcome} total */
export const lastLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
