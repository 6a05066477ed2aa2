/*
 * A block packs many vectors into one value:
 *
 *   version (1 byte) | length of an id (1) | dimension (2) | records, oldest first
 *   record: id | time of expiry in ms since 1970 by the clock of Redis (double, 8) | int8 per dimension
 *
 * Numbers are little-endian. The Lua scripts in this folder must use the same format.
 */

import type { Cluster, Redis } from 'ioredis'
import { openBytes, seal } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { cosine } from '@/lib/embedding/embedder'
import { vectorBlockKey } from '@/lib/redis/keys'
import { runScript } from '@/lib/redis/run-script'

type BlockRecord = { entryId: string; expiresAt: number; vector: Int8Array }

export type Candidate = { entryId: string; similarity: number }

const blockVersion = 1
const headerBytes = 4
const expiryBytes = 8

/**
 * Parses the records of a block, oldest first. Returns none if it is malformed or has another
 * dimension than expected.
 */
export function parseBlock(block: Buffer, expectedDimension?: number): BlockRecord[] {
  if (block.length < headerBytes || block[0] !== blockVersion) return []
  const dimension = block.readUInt16LE(2)
  if (expectedDimension !== undefined && dimension !== expectedDimension) return []
  const idBytes = block.readUInt8(1)
  const recordBytes = idBytes + expiryBytes + dimension
  const count = (block.length - headerBytes) / recordBytes
  if (!Number.isInteger(count)) return []
  return Array.from({ length: count }, (_, index) => {
    const start = headerBytes + index * recordBytes
    const vectorStart = start + idBytes + expiryBytes
    return {
      entryId: block.toString('latin1', start, start + idBytes),
      expiresAt: block.readDoubleLE(start + idBytes),
      vector: new Int8Array(block.buffer, block.byteOffset + vectorStart, dimension),
    }
  })
}

/** Formats a block, or returns null without records. All ids must have the same length, and all vectors too. */
function formatBlock(records: readonly BlockRecord[]): Buffer | null {
  const [first] = records
  if (!first) return null
  const header = Buffer.from([blockVersion, first.entryId.length, 0, 0])
  header.writeUInt16LE(first.vector.length, 2)
  return Buffer.concat([
    header,
    ...records.flatMap(({ entryId, expiresAt, vector }) => [
      Buffer.from(entryId, 'latin1'),
      doubleLE(expiresAt),
      Buffer.from(vector.buffer, vector.byteOffset, vector.length),
    ]),
  ])
}

function doubleLE(value: number): Buffer {
  const bytes = Buffer.alloc(expiryBytes)
  bytes.writeDoubleLE(value)
  return bytes
}

/** Returns the records with at least this similarity, nearest first. */
export function scanRecords(
  records: readonly BlockRecord[],
  vector: Float32Array,
  similarityThreshold: number,
): Candidate[] {
  return records
    .map(({ entryId, vector: stored }) => ({ entryId, similarity: cosine(vector, stored) }))
    .filter(({ similarity }) => similarity >= similarityThreshold)
    .toSorted((a, b) => b.similarity - a.similarity)
}

/** The user to whom sealed vectors belong, and the keys that open them. */
export type VectorOwner = { keys: KeyRing; userId: string }

/** An encrypted block, empty if there is none. `now` is the time by the clock of Redis in ms since 1970. */
export type SealedBlock = { envelope: Buffer; now: number }

/** Each attempt takes two round trips. If all attempts fail, only a possible semantic hit is lost. */
const maxAttempts = 4
/** The bytes of version, key id and nonce. Every seal has a new nonce, so they identify the envelope that was read. */
const tagBytes = 30

export const readSealedScript = `
-- Returns a sealed block and the current time.
local packed = redis.pcall('GET', KEYS[1])
local time = redis.call('TIME')
return { type(packed) == 'string' and packed or '', time[1] * 1000 + math.floor(time[2] / 1000) }
`

export const replaceSealedScript = `
-- Replaces a sealed block if it is still the one that was read; otherwise returns 0. Deletes
-- the key if the new block is empty.
local block = KEYS[1]
local tag, packed, ttl = ARGV[1], ARGV[2], ARGV[3]

local current = redis.pcall('GETRANGE', block, 0, math.max(0, #tag - 1))
if type(current) ~= 'string' then current = '' end
if current ~= tag then return 0 end
if packed == '' then redis.call('DEL', block) else redis.call('SET', block, packed, 'PX', ttl) end
return 1
`

/** Reads the sealed block of a scope. It needs no vector, so it can be sent before the question is embedded. */
export async function readSealedBlock(redis: Redis | Cluster, scope: string): Promise<SealedBlock> {
  const reply = await runScript(redis, readSealedScript, [vectorBlockKey(scope)], [])
  const [envelope, now]: unknown[] = Array.isArray(reply) ? reply : []
  return { envelope: Buffer.isBuffer(envelope) ? envelope : Buffer.alloc(0), now: Number(now) }
}

/**
 * Decrypts the records that have not expired, oldest first. Returns none if the envelope belongs to another owner
 * or scope or has another dimension.
 */
export function openRecords(
  { keys, userId }: VectorOwner,
  scope: string,
  { envelope, now }: SealedBlock,
  dimension?: number,
): BlockRecord[] {
  const block = openBytes(keys, blockAddress(userId, scope), envelope)
  return block ? parseBlock(block, dimension).filter(({ expiresAt }) => expiresAt > now) : []
}

/**
 * Changes the records of a scope by compare-and-set, because only a holder of the keys can change an encrypted
 * block. If another process has replaced the block in the meantime, `change` is called again with the new one. It
 * returns null to leave the block unchanged. Returns false if every attempt lost against another process.
 */
export async function changeRecords(
  redis: Redis | Cluster,
  owner: VectorOwner,
  scope: string,
  change: (sealed: SealedBlock) => BlockRecord[] | null,
): Promise<boolean> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const before = await readSealedBlock(redis, scope)
    const records = change(before)
    if (records === null) return true
    const block = formatBlock(records)
    const packed = block ? seal(owner.keys, blockAddress(owner.userId, scope), block) : ''
    const ttlMs = Math.ceil(Math.max(...records.map(({ expiresAt }) => expiresAt)) - before.now)
    const values = [before.envelope.subarray(0, tagBytes), packed, ttlMs]
    if ((await runScript(redis, replaceSealedScript, [vectorBlockKey(scope)], values)) === 1) return true
  }
  return false
}

/** The address under which the block is encrypted. No entry has this id, because the ids of entries are hashes. */
const blockAddress = (userId: string, scope: string) => ({ userId, scope, entryId: 'vectors' })
