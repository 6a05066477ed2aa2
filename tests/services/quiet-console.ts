/**
 * Fails a test that prints unexpected console output. A test that expects output must declare it with
 * `expectConsole`.
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

/** Allows the current test one kind of output. The test fails if this output does not appear. */
export function expectConsole(level: Level, pattern: RegExp): void {
  expected.push({ level, pattern })
}

/** Clears both lists before it throws, so that the output of one test is not attributed to the next. */
function settle(): void {
  const [lines, expectations] = [printed, expected]
  printed = []
  expected = []
  const stray = lines.filter(
    (line) =>
      !expectations.some((expectation) => expectation.level === line.level && expectation.pattern.test(line.text)),
  )
  const missing = expectations.filter(
    (expectation) => !lines.some((line) => expectation.level === line.level && expectation.pattern.test(line.text)),
  )
  if (stray.length > 0)
    throw new Error(`Stray console output:\n${stray.map((line) => `  console.${line.level}: ${line.text}`).join('\n')}`)
  if (missing.length > 0)
    throw new Error(
      `Expected console output is missing: ${missing.map((expectation) => String(expectation.pattern)).join(', ')}`,
    )
}

afterEach(settle)
afterAll(settle)
