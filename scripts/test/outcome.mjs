import { stripVTControlCharacters } from 'node:util'

/**
 * What a step came to. `failures` are the lines a person reads at the end; `notes` are said loudly there too.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[], notes: string[] }} Outcome
 */

/** @param {Partial<Outcome>} [parts] @returns {Outcome} */
export const outcome = (parts = {}) => ({ passed: 0, failed: 0, skipped: 0, failures: [], notes: [], ...parts })

export const passedCheck = () => outcome({ passed: 1 })

/** Lines of an error that are worth repeating at the end, where somebody who sees only the end of the log finds them. */
const shownLines = 12

/**
 * A failed test as the end of the log says it: which one, and below it the beginning of why.
 * @param {string} title
 * @param {string | undefined} message
 */
export function failureOf(title, message) {
  const lines = stripVTControlCharacters(message ?? '').split('\n')
  const said = lines.map((line) => line.trimEnd()).filter((line) => line !== '')
  return [title, ...said.slice(0, shownLines).map((line) => `    ${line}`)].join('\n')
}

/** @param {string} line */
export const failedCheck = (line) => outcome({ failed: 1, failures: [line] })

/**
 * A runner has an opinion of its own besides its counts: if it ended badly and no test says why, that is one failure.
 * @param {Outcome} counted
 * @param {import('./run-command.mjs').Ended} ended
 * @param {string} name
 */
export function withRunner(counted, { code, timedOut }, name) {
  if (timedOut) return addFailure(counted, `${name}: took too long and was ended`)
  if (counted.passed + counted.failed + counted.skipped === 0) return addFailure(counted, `${name}: found no tests`)
  if (code !== 0 && counted.failed === 0) return addFailure(counted, `${name}: ended with ${code ?? 'a crash'}`)
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
