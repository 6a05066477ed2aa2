import { describe, expect, it } from 'vitest'
import { excessKib } from '@/components/composer/excess-kib'

describe('excessKib', () => {
  it('measures the limit in UTF-8 bytes, not in characters', () => {
    expect(excessKib('a'.repeat(65536))).toBeNull()
    expect(excessKib('a'.repeat(65537))).toBe(65)
    expect(excessKib('€'.repeat(21845))).toBeNull()
    expect(excessKib('€'.repeat(21846))).not.toBeNull()
  })
})
