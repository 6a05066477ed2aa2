/**
 * Applies the architecture rules to the product. `tests/architecture/rules.test.ts` proves that each rule detects
 * violations.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect, test } from 'vitest'
import { environmentSchema } from '@/lib/env'
import { listSources } from '@/scripts/test/list-sources'
import { checkComments } from './architecture/comments'
import { checkCycles } from './architecture/cycles'
import { describeFinding, type Finding } from './architecture/finding'
import { packageFiles } from './architecture/house-rules'
import { checkLayers } from './architecture/layers'
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

test('the rules read app, lib and db', () => {
  const paths = files.map((file) => file.path)
  expect(paths).toContain('lib/context.ts')
  expect(paths).toContain('db/connect.ts')
  expect(paths.some((path) => path.startsWith('app/'))).toBe(true)
})

test('each import follows the layers', () => expectNone(checkLayers(files)))
test('the product has no import cycles, types included', () => expectNone(checkCycles(files)))
test('the product has no vague names, no barrels, and no service or manager classes', () =>
  expectNone(checkNames(files)))
test('no server module keeps mutable state', () => expectNone(checkMemory(files)))
test('each named process handle is opened in one place', () => expectNone(checkHandleNames(files)))
test('only lib/env.ts reads the environment', () => expectNone(checkEnvironmentReaders(files)))
test('only lib/normalize-text.ts normalizes Unicode', () => expectNone(checkNormalization(files)))
test('the Next configuration disables in-memory caches', () => {
  expectNone(checkNextConfig(parseSource('next.config.ts', text('next.config.ts'))))
})
test('better-auth keeps sessions in Postgres and counters in our storage', () => {
  expect(files.filter((file) => file.text.includes('betterAuth(')).map((file) => file.path)).toHaveLength(1)
  expectNone(checkAuthOptions(files))
})
test('the rate limiter keeps no counters in the process', () => expectNone(checkRatelimitOptions(files)))
test('.env.example lists exactly the variables that the product reads', () => {
  expect(existsSync(join(root, '.env.example')), '.env.example is missing').toBe(true)
  expectNone(checkEnvironmentExample(Object.keys(environmentSchema.shape), text('.env.example')))
})
test('comments end at column 120 and name only files that exist', () => {
  const exclude = (path: string) => /(^|[\\/])(node_modules|\.next|\.goldfish)$/.test(path)
  const paths = globSync('**/*.{ts,tsx,mjs,md}', { cwd: root, exclude }).map((path) => path.replaceAll(sep, '/'))
  const sources = listSources(root).map((path) => ({ path, text: text(path) }))
  expectNone(checkComments(sources, paths, packageFiles))
})
