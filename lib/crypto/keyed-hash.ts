import { createHmac } from 'node:crypto'
import type { KeyRing } from './key-ring'

/**
 * HMAC-SHA-256 of the parts as 43 characters of base64url. Nobody without the ring can tell what was hashed, or try
 * guesses. `purpose` keeps equal parts in different uses apart. Every part is preceded by its length, so that
 * ('ab', 'c') and ('a', 'bc') never meet.
 */
export function keyedHash(keys: KeyRing, purpose: string, ...parts: readonly string[]): string {
  const hmac = createHmac('sha256', keys.hashing)
  for (const part of [purpose, ...parts]) hmac.update(lengthPrefixed(part))
  return hmac.digest('base64url')
}

/** UTF-8 behind its length in bytes as 32 bits, big-endian. */
export function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
