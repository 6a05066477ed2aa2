import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Environment } from '@/lib/env'

/** A key that may open envelopes. Its name stands in every envelope that it sealed. */
export type RingKey = { readonly kid: string; readonly key: KeyObject }

/** What the operator's secrets become: `KeyObject`s, so that a ring that is printed or logged shows nothing. */
export type KeyRing = {
  /** Newest first: the first one seals, any opens. Never empty. */
  readonly sealing: readonly [RingKey, ...RingKey[]]
  /** Hashes what stands in key names. It comes from the oldest key, so a new key in front keeps every entry findable. */
  readonly hashing: KeyObject
}

type Secrets = Pick<Environment, 'ANSWER_CACHE_KEYS' | 'BETTER_AUTH_SECRET'>

/**
 * The key ring of an environment: `ANSWER_CACHE_KEYS`, or without it one key derived from `BETTER_AUTH_SECRET`. Pure, and
 * takes microseconds. Rotation: put a key in front (hits go on), and drop the old one after the longest TTL (then the
 * hashing key changes too, and what is left is missed, never misread).
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

/** HKDF-SHA-256 (RFC 5869) to 256 bits. `info` keeps keys for different uses apart; it must be unambiguous. */
export function deriveKey(secret: Buffer | KeyObject, info: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', info, 32)))
}

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
