import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hashInputs, isBuildFresh, writeStamp } from '../../scripts/launcher/build-stamp.mjs'
import { scratchDirectory } from './scratch'

function checkout(): string {
  const root = scratchDirectory()
  for (const folder of ['app', 'lib', '.next/standalone']) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'app', 'page.tsx'), 'one')
  writeFileSync(join(root, '.next', 'standalone', 'server.js'), '')
  return root
}

test('considers a build fresh until one of its inputs changes', () => {
  const root = checkout()
  expect(isBuildFresh(root)).toBe(false)
  writeStamp(root, hashInputs(root))
  expect(isBuildFresh(root)).toBe(true)

  utimesSync(join(root, 'app', 'page.tsx'), 0, 0)
  writeFileSync(join(root, 'app', 'page.test.tsx'), 'a test is not built')
  expect(isBuildFresh(root)).toBe(true)

  writeFileSync(join(root, 'lib', 'new.ts'), '')
  expect(isBuildFresh(root)).toBe(false)
})

test('gives different hashes if names and contents of files only concatenate to the same text', () => {
  const [a, b] = [checkout(), checkout()]
  writeFileSync(join(a, 'app', 'x'), 'y')
  writeFileSync(join(b, 'app', 'xy'), '')
  expect(hashInputs(a)).not.toBe(hashInputs(b))
})
