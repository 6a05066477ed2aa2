/*
 * A block of vectors inside an envelope. Only who has the keys can change it, so a change is read, made here and put in
 * the place of exactly what was read; when somebody else was quicker it is made again.
 */
import type { Cluster, Redis } from 'ioredis'
import { openBytes, seal } from '@/lib/crypto/envelope'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { vectorBlockKey } from '@/lib/redis/keys'
import { runScript } from '@/lib/redis/run-script'
import { type BlockRecord, formatBlock, parseBlock } from './vector-block'

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
