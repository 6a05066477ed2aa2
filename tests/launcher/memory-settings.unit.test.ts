import { expect, test } from 'vitest'
import { memorySettings } from '@/scripts/launcher/memory-settings.mjs'
import { growSlowly } from '@/scripts/server/grow-slowly.mjs'

test('an app process gets a small young generation and few pools, beside what its operator says and not over it', () => {
  const optionsOf = (NODE_OPTIONS: string) => memorySettings({ NODE_OPTIONS }).NODE_OPTIONS
  expect(memorySettings()).toEqual({
    NODE_OPTIONS: '--max-semi-space-size=16',
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '262144',
  })
  expect(optionsOf('--import ./tracing.mjs')).toBe('--import ./tracing.mjs --max-semi-space-size=16')
  expect(optionsOf('--max-semi-space-size=64')).toBe('--max-semi-space-size=64')
  expect(memorySettings({ MALLOC_ARENA_MAX: '8' }).MALLOC_ARENA_MAX).toBe('8')
})

test('its heap grows slowly, unless its operator has given it a size', () => {
  const flagsOf = (options: string) => {
    const flags: string[] = []
    growSlowly(options, (flag) => flags.push(flag))
    return flags
  }
  expect(flagsOf('--max-semi-space-size=16')).toEqual(['--heap-growing-percent=40'])
  for (const sized of ['--max-old-space-size=2048', '--max-old-space-size-percentage=50', '--heap-growing-percent=200'])
    expect(flagsOf(`--trace-warnings ${sized}`)).toEqual([])
})
