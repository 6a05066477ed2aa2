import { describe, expect, it } from 'vitest'
import { messageLimit } from '@/components/chat/message-limit'

describe('messageLimit', () => {
  it('counts bytes, not characters', () => {
    expect(messageLimit('a'.repeat(65536))).toBeNull()
    expect(messageLimit('a'.repeat(65537))).toContain('65 KiB')
    expect(messageLimit('€'.repeat(21845))).toBeNull()
    expect(messageLimit('€'.repeat(21846))).not.toBeNull()
  })
})
