import { describe, expect, it } from 'vitest'
import { returnPath } from '@/components/auth/return-path'

describe('returnPath', () => {
  it.each(['/', '/c/0190-abc', '/preferences?tab=1#sessions'])('returns the local path %s unchanged', (path) => {
    expect(returnPath(path)).toBe(path)
  })

  it.each([
    '//evil.example/x',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'c/1',
    '',
    null,
    undefined,
    ['/a', '/b'],
  ])('replaces %j with the start page', (next) => {
    expect(returnPath(next)).toBe('/')
  })
})
