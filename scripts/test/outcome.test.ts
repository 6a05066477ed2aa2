import { expect, test } from 'vitest'
import { describeFailure, lastLine, outcome, sum, withRunner } from './outcome.mjs'

const fine = { code: 0, timedOut: false }

test('the last line names skipped tests only if there are any', () => {
  expect(lastLine(sum([outcome({ passed: 2 }), outcome({ passed: 1, failed: 1 })]))).toBe('3 passed, 1 failed')
  expect(lastLine(outcome({ passed: 2, skipped: 3 }))).toBe('2 passed, 0 failed, 3 skipped')
})

test('counts a runner that found no tests, crashed or timed out as one failure', () => {
  expect(withRunner(outcome(), fine, 'vitest')).toMatchObject({ failed: 1, failures: ['vitest: found no tests'] })
  expect(withRunner(outcome({ passed: 5 }), { code: null, timedOut: false }, 'vitest')).toMatchObject({ failed: 1 })
  expect(withRunner(outcome({ passed: 5 }), { code: 0, timedOut: true }, 'vitest')).toMatchObject({ failed: 1 })
})

test('does not count the exit code of a runner as another failure if a test failed', () => {
  const counted = outcome({ passed: 5, failed: 2 })
  expect(withRunner(counted, { code: 1, timedOut: false }, 'vitest')).toBe(counted)
  expect(withRunner(outcome({ passed: 5 }), fine, 'vitest')).toMatchObject({ passed: 5, failed: 0 })
})

test('describes a failed test by its title and the first 12 lines of its error', () => {
  const message = [
    '\u001b[31mexpected\u001b[39m 1 to be 2',
    '',
    ...Array.from({ length: 40 }, (_, at) => `line ${at}`),
  ].join('\n')
  const lines = describeFailure('unit: a > b', message).split('\n')
  expect(lines.slice(0, 3)).toEqual(['unit: a > b', '    expected 1 to be 2', '    line 0'])
  expect(lines).toHaveLength(13)
  expect(describeFailure('unit: a > b', undefined)).toBe('unit: a > b')
})
