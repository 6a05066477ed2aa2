/** The law of design/house.md §3 and §5, on the product as it is. That the rules can see: `tests/architecture/*.test.ts`. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentSchema } from '@/lib/env'
import { checkArrows } from './architecture/arrows'
import { checkCycles } from './architecture/cycles'
import { describeFinding, type Finding } from './architecture/finding'
import { checkMemory } from './architecture/memory'
import { checkNames } from './architecture/names'
import { checkNormalization } from './architecture/normalization'
import {
  checkAuthOptions,
  checkEnvironmentExample,
  checkNextConfig,
  checkRatelimitOptions,
} from './architecture/options'
import { checkEnvironmentReaders, checkHandleNames } from './architecture/process'
import { readSources } from './architecture/read-sources'
import { parseSource } from './architecture/source-file'

const root = join(import.meta.dirname, '..')
const files = readSources(root)
const text = (path: string) => readFileSync(join(root, path), 'utf8')

function expectNone(findings: readonly Finding[]) {
  expect(findings.map(describeFinding).join('\n')).toBe('')
}

test('the product was found', () => {
  const paths = files.map((file) => file.path)
  expect(paths).toContain('lib/context.ts')
  expect(paths).toContain('db/connect.ts')
  expect(paths.some((path) => path.startsWith('app/'))).toBe(true)
})

test('imports follow the table of arrows', () => expectNone(checkArrows(files)))
test('no import cycle, types included', () => expectNone(checkCycles(files)))
test('no empty names, no barrels, no drawers', () => expectNone(checkNames(files)))
test('no module of the server remembers anything', () => expectNone(checkMemory(files)))
test('each named handle is opened once', () => expectNone(checkHandleNames(files)))
test('only lib/env.ts reads the environment', () => expectNone(checkEnvironmentReaders(files)))
test('only lib/normalize-text.ts normalizes Unicode', () => expectNone(checkNormalization(files)))
test('Next keeps nothing in memory', () => {
  expectNone(checkNextConfig(parseSource('next.config.ts', text('next.config.ts'))))
})
test('better-auth keeps sessions in Postgres and counters in our storage', () => {
  expect(files.filter((file) => file.text.includes('betterAuth(')).map((file) => file.path)).toHaveLength(1)
  expectNone(checkAuthOptions(files))
})
test('the limiter has no tier in the process', () => expectNone(checkRatelimitOptions(files)))
test('.env.example names what is read', () => {
  expect(existsSync(join(root, '.env.example')), '.env.example is missing').toBe(true)
  expectNone(checkEnvironmentExample(Object.keys(environmentSchema.shape), text('.env.example')))
})
