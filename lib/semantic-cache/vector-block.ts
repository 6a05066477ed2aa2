/*
 * Many vectors in one value:
 *
 *   version (1 byte) | length of an id (1) | dimension (2) | records, oldest first
 *   record: id | when it expires, in ms since 1970 by the clock of Redis (double, 8) | int8 per dimension
 *
 * Numbers are little-endian. The scripts beside this file read and write the same.
 */

import type { Cluster, Redis } from 'ioredis'
import { openBytes, seal } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { cosine } from '@/lib/embedding/embedder'
import { vectorBlockKey } from '@/lib/redis/keys'
import { runScript } from '@/lib/redis/run-script'

export type BlockRecord = { entryId: string; expiresAt: number; vector: Int8Array }

export type Candidate = { entryId: string; similarity: number }

const blockVersion = 1
const headerBytes = 4
const expiryBytes = 8

/** The records of a block, oldest first; none for whatever is not one, or has not the dimension that is wanted. */
export function parseBlock(block: Buffer, wanted?: number): BlockRecord[] {
  if (block.length < headerBytes || block[0] !== blockVersion) return []
  const dimension = block.readUInt16LE(2)
  if (wanted !== undefined && dimension !== wanted) return []
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

/** The block of these records, whose ids and vectors have one length each; null without records. */
export function formatBlock(records: readonly BlockRecord[]): Buffer | null {
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

/** Those of the records that are near enough, nearest first. */
export function scanRecords(records: readonly BlockRecord[], vector: Float32Array, atLeast: number): Candidate[] {
  return records
    .map(({ entryId, vector: stored }) => ({ entryId, similarity: cosine(vector, stored) }))
    .filter(({ similarity }) => similarity >= atLeast)
    .toSorted((a, b) => b.similarity - a.similarity)
}

/*
 * A block of vectors inside an envelope. Only who has the keys can change it, so a change is read, made here and put in
 * the place of exactly what was read; when somebody else was quicker it is made again.
 */
/** Whose vectors these are, and the keys that open them. */
export type VectorOwner = { keys: KeyRing; userId: string }

/** What lies there: an envelope or nothing (or garbage), and the time by the clock of Redis in ms since 1970. */
export type SealedBlock = { envelope: Buffer; now: number }

/** Each attempt is two round trips. A change that loses them all is a near hit lost, no more. */
const mostAttempts = 4
/** So many bytes hold version, key id and nonce. The nonce is new with every seal, so they name what was read. */
const tagBytes = 30

export const readSealedScript = `
-- A sealed block, and the time.
local packed = redis.pcall('GET', KEYS[1])
local time = redis.call('TIME')
return { type(packed) == 'string' and packed or '', time[1] * 1000 + math.floor(time[2] / 1000) }
`

export const replaceSealedScript = `
-- Puts a sealed block in the place of the one that was read; 0 when another has been put there since. Without a new one
-- the key goes.
local block = KEYS[1]
local tag, packed, ttl = ARGV[1], ARGV[2], ARGV[3]

local current = redis.pcall('GETRANGE', block, 0, math.max(0, #tag - 1))
if type(current) ~= 'string' then current = '' end
if current ~= tag then return 0 end
if packed == '' then redis.call('DEL', block) else redis.call('SET', block, packed, 'PX', ttl) end
return 1
`

/** Reads a scope's block. It needs no vector, so it can be sent together with what is asked before there is one. */
export async function readSealedBlock(redis: Redis | Cluster, scope: string): Promise<SealedBlock> {
  const reply = await runScript(redis, readSealedScript, [vectorBlockKey(scope)], [])
  const [envelope, now]: unknown[] = Array.isArray(reply) ? reply : []
  return { envelope: Buffer.isBuffer(envelope) ? envelope : Buffer.alloc(0), now: Number(now) }
}

/** The records that have not expired, oldest first; none where the envelope is not this owner's, scope's or dimension's. */
export function openRecords(
  { keys, userId }: VectorOwner,
  scope: string,
  { envelope, now }: SealedBlock,
  dimension?: number,
): BlockRecord[] {
  const block = openBytes(keys, addressOf(userId, scope), envelope)
  return block ? parseBlock(block, dimension).filter(({ expiresAt }) => expiresAt > now) : []
}

/** Changes a scope's records; null changes nothing. Says whether it was done: false when others were always quicker. */
export async function changeRecords(
  redis: Redis | Cluster,
  owner: VectorOwner,
  scope: string,
  change: (sealed: SealedBlock) => BlockRecord[] | null,
): Promise<boolean> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const before = await readSealedBlock(redis, scope)
    const records = change(before)
    if (records === null) return true
    const block = formatBlock(records)
    const packed = block ? seal(owner.keys, addressOf(owner.userId, scope), block) : ''
    const ttlMs = Math.ceil(Math.max(...records.map(({ expiresAt }) => expiresAt)) - before.now)
    const values = [before.envelope.subarray(0, tagBytes), packed, ttlMs]
    if ((await runScript(redis, replaceSealedScript, [vectorBlockKey(scope)], values)) === 1) return true
  }
  return false
}

/** No entry has this id: entries' ids are hashes. */
const addressOf = (userId: string, scope: string) => ({ userId, scope, entryId: 'vectors' })
