/**
 * Whatever a test prints is either a warning nobody reads or a failure nobody sees: stray console output fails the test.
 * A test that means it says so first with `expectConsole`.
 */
import { afterAll, afterEach } from 'vitest'

const levels = ['debug', 'info', 'log', 'warn', 'error', 'trace'] as const
type Level = (typeof levels)[number]

let printed: { level: Level; text: string }[] = []
let expected: { level: Level; pattern: RegExp }[] = []

for (const level of levels) {
  console[level] = (...args: unknown[]) => {
    printed.push({ level, text: args.map((arg) => (arg instanceof Error ? arg.stack : String(arg))).join(' ') })
  }
}

/** Allows the current test one kind of output, and fails it if that output does not come. */
export function expectConsole(level: Level, pattern: RegExp): void {
  expected.push({ level, pattern })
}

/** Empties both lists before it complains, so that one test's noise is not blamed on the next. */
function settle(): void {
  const [lines, hopes] = [printed, expected]
  printed = []
  expected = []
  const stray = lines.filter((line) => !hopes.some((hope) => hope.level === line.level && hope.pattern.test(line.text)))
  const missing = hopes.filter(
    (hope) => !lines.some((line) => hope.level === line.level && hope.pattern.test(line.text)),
  )
  if (stray.length > 0)
    throw new Error(`Stray console output:\n${stray.map((line) => `  console.${line.level}: ${line.text}`).join('\n')}`)
  if (missing.length > 0)
    throw new Error(`Expected console output did not come: ${missing.map((hope) => String(hope.pattern)).join(', ')}`)
}

afterEach(settle)
afterAll(settle)
