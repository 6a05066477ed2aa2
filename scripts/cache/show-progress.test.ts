import { afterEach, expect, test, vi } from 'vitest'
import { showProgress } from './show-progress.mjs'

const isTerminal = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY')
afterEach(() => {
  if (isTerminal) Object.defineProperty(process.stderr, 'isTTY', isTerminal)
  else Reflect.deleteProperty(process.stderr, 'isTTY')
})

/** What a bar writes at each step, with the milliseconds since its begin. */
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

test('a bar that grows, with its numbers, and a line’s end at the end', () => {
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

test('none for what is done within a second', () => {
  expect(
    written([
      [10, 1, 2],
      [999, 2, 2],
    ]),
  ).toEqual([])
})

test('none where nobody looks', () => {
  expect(written([[5_000, 1, 2]], false)).toEqual([])
})

test('more than all is drawn as all, and nothing of nothing as nothing', () => {
  expect(written([[2_000, 9, 4]])).toEqual([`\rkeys [${'='.repeat(30)}] 9/4`])
  expect(written([[2_000, 0, 0]])).toEqual([`\rkeys [${' '.repeat(30)}] 0/0\n`])
})
