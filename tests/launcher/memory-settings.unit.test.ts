import { expect, test } from 'vitest'
import { nodeOptions } from '@/scripts/launcher/node-options.mjs'
import { growSlowly } from '@/scripts/server/grow-slowly.mjs'

test('an app process gets a small young generation, beside what its operator says and not over it', () => {
  expect(nodeOptions()).toBe('--max-semi-space-size=16')
  expect(nodeOptions('--import ./tracing.mjs')).toBe('--import ./tracing.mjs --max-semi-space-size=16')
  expect(nodeOptions('--max-semi-space-size=64')).toBe('--max-semi-space-size=64')
})

test('its heap grows slowly, unless its operator has given it a size', () => {
  const flagsOf = (options: string) => {
    const flags: string[] = []
    growSlowly(options, (flag) => flags.push(flag))
    return flags
  }
  expect(flagsOf('--max-semi-space-size=16')).toEqual(['--heap-growing-percent=50'])
  for (const sized of ['--max-old-space-size=2048', '--max-old-space-size-percentage=50', '--heap-growing-percent=200'])
    expect(flagsOf(`--trace-warnings ${sized}`)).toEqual([])
})
