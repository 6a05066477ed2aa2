/* Mechanism used: redis (its key names). */
import type { Cluster, Redis } from 'ioredis'
import { entryPrefix, exactKey, wordsKey } from '@/lib/redis/keys'
import { runScript } from './run-script'
import { redisBudgetMs, settleWithin } from './settle-within'

/** Where to look: a scope, and the hashes of the question as asked and of its words. */
export type EntryQuery = { scope: string; exactHash: string; wordsHash: string }

export type FoundEntry = {
  layer: 'exact' | 'words'
  entryId: string
  payload: Buffer
  /** What is left of its life, by the clock of Redis. */
  ttlLeftMs: number
}

export const lookupScript = `
-- Finds the entry that a question points to, in one round trip: by the question as it was asked, else by its words.
-- A pointer whose entry is gone is removed on the way. pcall, because a value of another type under one of our names is
-- a miss and not an error, and because a server that refuses writes may still be read.
local exact, words = KEYS[1], KEYS[2]
local entryPrefix = ARGV[1]

local function follow(layer, pointer)
  local id = redis.pcall('GET', pointer)
  if type(id) ~= 'string' then return nil end
  local entry = entryPrefix .. id
  local payload = redis.pcall('GET', entry)
  if type(payload) == 'string' then return { layer, id, payload, redis.call('PTTL', entry) } end
  redis.pcall('DEL', pointer)
  return nil
end

return follow('exact', exact) or follow('words', words)
`

/**
 * The entry of a question in one scope, or null. One round trip (two on a server that does not know the script yet),
 * within 150 ms. Rejects with what Redis or the connection says; a reply of another shape is null.
 */
export async function lookupEntry(redis: Redis | Cluster, query: EntryQuery): Promise<FoundEntry | null> {
  const { scope, exactHash, wordsHash } = query
  const keys = [exactKey(scope, exactHash), wordsKey(scope, wordsHash)]
  const reply = await settleWithin(redisBudgetMs, runScript(redis, lookupScript, keys, [entryPrefix(scope)]))
  if (!Array.isArray(reply)) return null
  const [layer, entryId, payload, ttlLeftMs]: unknown[] = reply
  if (!Buffer.isBuffer(layer) || !Buffer.isBuffer(entryId) || !Buffer.isBuffer(payload)) return null
  return {
    layer: layer.toString() === 'exact' ? 'exact' : 'words',
    entryId: entryId.toString(),
    payload,
    ttlLeftMs: Number(ttlLeftMs),
  }
}
