/**
 * Encrypts text for storage in Redis: AES-256-GCM with a key for each user.
 *
 *   version (1 byte) | length of kid (1) | kid | nonce (12) | ciphertext | tag (16)
 *
 * The data key is derived for each user. User, scope and entry id are associated data, so an envelope that was moved
 * to another user, scope or id must fail to open, like one with changed bits. A key seals far fewer than the 2^32
 * messages after which random 96-bit nonces become unsafe (NIST SP 800-38D §8.3).
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { deriveKey, type KeyRing, lengthPrefixed } from './key-ring'

/** The owner of an envelope and the place where it is stored. */
export type EnvelopeAddress = { userId: string; scope: string; entryId: string }

const version = 1
const nonceBytes = 12
const tagBytes = 16

/** Encrypts a text, or bytes, with the newest key. */
export function seal({ sealing: [newest] }: KeyRing, address: EnvelopeAddress, plaintext: string | Buffer): Buffer {
  const header = headerOf(newest.kid)
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', dataKey(newest.key, address.userId), nonce)
  cipher.setAAD(associatedData(header, address))
  const ciphertext = Buffer.concat([cipher.update(Buffer.from(plaintext)), cipher.final()])
  return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()])
}

/**
 * Returns the text, or null unless the bytes are an envelope of this address under a key of this ring. Never throws.
 */
export function open(keys: KeyRing, address: EnvelopeAddress, envelope: Buffer): string | null {
  return openBytes(keys, address, envelope)?.toString('utf8') ?? null
}

/** Returns the bytes of an envelope that was sealed from bytes, under the same conditions as `open`. */
export function openBytes(keys: KeyRing, address: EnvelopeAddress, envelope: Buffer): Buffer | null {
  if (envelope[0] !== version) return null
  const kidLength = envelope[1] ?? 0
  const header = envelope.subarray(0, 2 + kidLength)
  const body = envelope.subarray(2 + kidLength)
  const ringKey = keys.sealing.find(({ kid }) => headerOf(kid).equals(header))
  if (!ringKey || body.length < nonceBytes + tagBytes) return null
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      dataKey(ringKey.key, address.userId),
      body.subarray(0, nonceBytes),
      {
        authTagLength: tagBytes,
      },
    )
    decipher.setAAD(associatedData(header, address))
    decipher.setAuthTag(body.subarray(-tagBytes))
    const plaintext = decipher.update(body.subarray(nonceBytes, -tagBytes))
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    // The tag is wrong. Callers must treat this like an unknown key.
    return null
  }
}

function headerOf(kid: string): Buffer {
  const name = Buffer.from(kid)
  return Buffer.concat([Buffer.from([version, name.length]), name])
}

const dataKey = (key: KeyObject, userId: string) => deriveKey(key, `goldfish envelope: ${userId}`)

const associatedData = (header: Buffer, { userId, scope, entryId }: EnvelopeAddress) =>
  Buffer.concat([header, ...[userId, scope, entryId].map(lengthPrefixed)])
