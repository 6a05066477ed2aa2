import { expect, test } from 'vitest'
import { memorySettings } from '@/scripts/launcher/memory-settings.mjs'
import { growSlowly } from '@/scripts/server/grow-slowly.mjs'

test('limits the young generation and the malloc arenas of an app process unless the operator has set them', () => {
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

test('makes the heap grow slowly unless the operator has configured it', () => {
  const flagsOf = (options: string) => {
    const flags: string[] = []
    growSlowly(options, (flag) => flags.push(flag))
    return flags
  }
  expect(flagsOf('--max-semi-space-size=16')).toEqual(['--heap-growing-percent=40'])
  for (const sized of ['--max-old-space-size=2048', '--max-old-space-size-percentage=50', '--heap-growing-percent=200'])
    expect(flagsOf(`--trace-warnings ${sized}`)).toEqual([])
})
