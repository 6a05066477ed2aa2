import { afterEach, expect, test, vi } from 'vitest'
import { showProgress } from './show-progress.mjs'

const isTerminal = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY')
afterEach(() => {
  if (isTerminal) Object.defineProperty(process.stderr, 'isTTY', isTerminal)
  else Reflect.deleteProperty(process.stderr, 'isTTY')
})

/** Returns the text that a bar writes at each step. Times are milliseconds since its start. */
function written(steps: readonly [afterMs: number, done: number, all: number][], isTTY = true): string[] {
  Object.defineProperty(process.stderr, 'isTTY', { value: isTTY, configurable: true })
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
  const progress = showProgress('keys')
  for (const [afterMs, done, all] of steps) {
    clock.mockReturnValue(afterMs)
    progress(done, all)
  }
  const lines = write.mock.calls.map(([text]) => String(text))
  vi.restoreAllMocks()
  return lines
}

test('shows a growing bar with its numbers, and ends the line when the work is done', () => {
  expect(
    written([
      [1_000, 0, 4],
      [1_500, 2, 4],
      [2_000, 4, 4],
    ]),
  ).toEqual([
    `\rkeys [${' '.repeat(30)}] 0/4`,
    `\rkeys [${'='.repeat(15)}${' '.repeat(15)}] 2/4`,
    `\rkeys [${'='.repeat(30)}] 4/4\n`,
  ])
})

test('shows no bar for work that takes less than a second', () => {
  expect(
    written([
      [10, 1, 2],
      [999, 2, 2],
    ]),
  ).toEqual([])
})

test('shows no bar if standard error is not a terminal', () => {
  expect(written([[5_000, 1, 2]], false)).toEqual([])
})

test('draws a full bar if more than all is done, and an empty bar if there is nothing to do', () => {
  expect(written([[2_000, 9, 4]])).toEqual([`\rkeys [${'='.repeat(30)}] 9/4`])
  expect(written([[2_000, 0, 0]])).toEqual([`\rkeys [${' '.repeat(30)}] 0/0\n`])
})
