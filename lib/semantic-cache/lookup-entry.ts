/* Mechanism used: redis (its key names). */
import type { Cluster, Redis } from 'ioredis'
import { entryPrefix, exactKey, refusedKey, wordsKey } from '@/lib/redis/keys'
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
-- a miss and not an error, and because a server that refuses writes may still be read. An entry whose id is in the set
-- \`refused\` is not found; the ids in it come along, for they must not be found by their vectors either.
local exact, words, refused = KEYS[1], KEYS[2], KEYS[3]
local entryPrefix = ARGV[1]

local refusals = {}
if refused then
  local members = redis.pcall('SMEMBERS', refused)
  if not members.err then refusals = members end
end

local function isRefused(id)
  for _, other in ipairs(refusals) do
    if other == id then return true end
  end
  return false
end

local function follow(layer, pointer)
  local id = redis.pcall('GET', pointer)
  if type(id) ~= 'string' or isRefused(id) then return nil end
  local entry = entryPrefix .. id
  local payload = redis.pcall('GET', entry)
  if type(payload) == 'string' then return { layer, id, payload, redis.call('PTTL', entry) } end
  redis.pcall('DEL', pointer)
  return nil
end

return { refusals, follow('exact', exact) or follow('words', words) or {} }
`

export type EntryLookup = {
  found: FoundEntry | null
  /** Ids of the entries of this scope that the reader has refused. */
  refused: readonly string[]
}

/**
 * The entry of a question in one scope. `voterHash` names the reader in a shared scope, whose refused answers are passed
 * over. One round trip (two on a server that does not know the script yet), 150 ms at most. Rejects with the error of
 * Redis or the connection; in a reply of another shape nothing is found.
 */
export async function lookupEntry(
  redis: Redis | Cluster,
  { scope, exactHash, wordsHash }: EntryQuery,
  voterHash: string | null = null,
): Promise<EntryLookup> {
  const pointers = [exactKey(scope, exactHash), wordsKey(scope, wordsHash)]
  const keys = voterHash === null ? pointers : [...pointers, refusedKey(scope, voterHash)]
  const reply = await settleWithin(redisBudgetMs, runScript(redis, lookupScript, keys, [entryPrefix(scope)]))
  const [refusals, found]: unknown[] = Array.isArray(reply) ? reply : []
  return {
    found: foundEntry(found),
    refused: Array.isArray(refusals) ? refusals.map(String) : [],
  }
}

function foundEntry(reply: unknown): FoundEntry | null {
  const [layer, entryId, payload, ttlLeftMs]: unknown[] = Array.isArray(reply) ? reply : []
  if (!Buffer.isBuffer(layer) || !Buffer.isBuffer(entryId) || !Buffer.isBuffer(payload)) return null
  return {
    layer: layer.toString() === 'exact' ? 'exact' : 'words',
    entryId: entryId.toString(),
    payload,
    ttlLeftMs: Number(ttlLeftMs),
  }
}
