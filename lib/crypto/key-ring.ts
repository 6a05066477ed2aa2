import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Environment } from '@/lib/env'

/** A key that opens envelopes. Each envelope contains the name of the key that sealed it. */
type RingKey = { readonly kid: string; readonly key: KeyObject }

/** The secrets of the operator. `KeyObject`s show nothing when a ring is printed or logged. */
export type KeyRing = {
  /** Newest first: the first one seals, and all of them open. Never empty. */
  readonly sealing: readonly [RingKey, ...RingKey[]]
  /**
   * Hashes values in key names. It is derived from the oldest key, so that entries are still found
   * after a new key was added.
   */
  readonly hashing: KeyObject
}

type Secrets = Pick<Environment, 'ANSWER_CACHE_KEYS' | 'BETTER_AUTH_SECRET'>

/**
 * Returns the key ring of an environment: `ANSWER_CACHE_KEYS`, or otherwise one key derived from
 * `BETTER_AUTH_SECRET`. Takes microseconds. To rotate, add a new key in front, and remove the old one after the
 * longest TTL. Removing it changes the hashing key, so remaining entries will not be found, but can never be misread.
 */
export function openKeyRing({ ANSWER_CACHE_KEYS, BETTER_AUTH_SECRET }: Secrets): KeyRing {
  const [newest, ...older] = (ANSWER_CACHE_KEYS ?? []).map(({ kid, key }) => ({
    kid,
    secret: Buffer.from(key, 'base64'),
  }))
  const all = newest
    ? ([newest, ...older] as const)
    : ([{ kid: 'auth', secret: Buffer.from(BETTER_AUTH_SECRET) }] as const)
  const [first, ...rest] = all
  return Object.freeze({
    sealing: Object.freeze([ringKey(first), ...rest.map(ringKey)] as const),
    hashing: deriveKey((rest.at(-1) ?? first).secret, 'goldfish answer cache: hashing'),
  })
}

const ringKey = ({ kid, secret }: { kid: string; secret: Buffer }): RingKey =>
  Object.freeze({ kid, key: deriveKey(secret, 'goldfish answer cache: sealing') })

/**
 * Derives a key of 256 bits with HKDF-SHA-256 (RFC 5869). `info` separates keys for different uses
 * and must be unambiguous.
 */
export function deriveKey(secret: Buffer | KeyObject, info: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', info, 32)))
}

/**
 * Returns the HMAC-SHA-256 of the parts as 43 characters of base64url. Without the ring the input can neither be
 * recovered nor guessed. `purpose` separates equal parts in different uses. Each part is preceded by its length, so
 * that (`ab`, `c`) and (`a`, `bc`) have different hashes.
 */
export function keyedHash(keys: KeyRing, purpose: string, ...parts: readonly string[]): string {
  const hmac = createHmac('sha256', keys.hashing)
  for (const part of [purpose, ...parts]) hmac.update(lengthPrefixed(part))
  return hmac.digest('base64url')
}

/** Returns the text in UTF-8, preceded by its length in bytes as 32 bits, big-endian. */
export function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
