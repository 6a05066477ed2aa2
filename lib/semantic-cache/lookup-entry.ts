import type { Cluster, Redis } from 'ioredis'
import { entryPrefix, exactKey, refusedKey, vectorBlockKey, wordsKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import type { Candidate } from './vector-block'
import type { SemanticEntry } from './vector-index'

/** A question in one scope, identified by the hashes of its normalized text and of its words. */
export type EntryQuery = { scope: string; exactHash: string; wordsHash: string }

type FoundEntry = {
  layer: 'exact' | 'words'
  entryId: string
  payload: Buffer
  /** The remaining TTL by the clock of Redis. */
  ttlLeftMs: number
}

export const lookupScript = `
-- Finds the entry to which a question points, in one round trip: first by its exact text, then by its
-- words. Removes pointers whose entry is gone. Uses pcall, because a value of another type under one of
-- our names must be a miss and not an error, and because a server that refuses writes may still be read.
-- An entry whose id is in the set \`refused\` is skipped; the ids in the set are returned too, because
-- they must not be found by their vectors either.
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

type EntryLookup = {
  found: FoundEntry | null
  /** Ids of the entries of this scope that the user has refused. */
  refused: readonly string[]
}

/**
 * Looks up the entry of a question in one scope. In a shared scope `voterHash` identifies the user, whose refused
 * answers are skipped. Takes one round trip (two if the server has not cached the script yet) and 150 ms at most.
 * Rejects with the error of Redis or the connection. A reply of an unexpected shape is a miss.
 */
export async function lookupEntry(
  redis: Redis | Cluster,
  { scope, exactHash, wordsHash }: EntryQuery,
  voterHash: string | null = null,
): Promise<EntryLookup> {
  const pointers = [exactKey(scope, exactHash), wordsKey(scope, wordsHash)]
  const keys = voterHash === null ? pointers : [...pointers, refusedKey(scope, voterHash)]
  const reply = await withTimeout(redisBudgetMs, runScript(redis, lookupScript, keys, [entryPrefix(scope)]))
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

export const readEntriesScript = `
-- Returns the payload and the remaining milliseconds of each entry, in the order of the ids. The payload is false
-- if the entry does not exist. The key is passed only so that a cluster routes the script to the scope's slot.
local entryPrefix = ARGV[1]
local reply = {}
for at = 2, #ARGV do
  local entry = entryPrefix .. ARGV[at]
  local payload = redis.pcall('GET', entry)
  reply[#reply + 1] = type(payload) == 'string' and payload
  reply[#reply + 1] = redis.call('PTTL', entry)
end
return reply
`

/** Candidates may have expired entries. The next best ones are then read, in at most this many rounds. */
const maxRounds = 3

/**
 * Reads the entries of the best candidates until `limit` entries are found. `dead` lists candidates whose entries no
 * longer exist. Has no timeout, so the caller must set one.
 */
export async function readEntries(
  redis: Redis | Cluster,
  scope: string,
  candidates: readonly Candidate[],
  limit: number,
): Promise<{ entries: SemanticEntry[]; dead: string[] }> {
  const entries: SemanticEntry[] = []
  const dead: string[] = []
  for (let at = 0, round = 0; round < maxRounds && at < candidates.length && entries.length < limit; round++) {
    const next = candidates.slice(at, at + limit - entries.length)
    at += next.length
    const values = [entryPrefix(scope), ...next.map(({ entryId }) => entryId)]
    const reply = await runScript(redis, readEntriesScript, [vectorBlockKey(scope)], values)
    const paired = pairEntries(next, Array.isArray(reply) ? reply : [])
    entries.push(...paired.entries)
    dead.push(...paired.dead)
  }
  return { entries, dead }
}

/** Combines candidates with a reply that lists payload and remaining milliseconds of each, in the same order. */
export function pairEntries(
  candidates: readonly Candidate[],
  reply: readonly unknown[],
): { entries: SemanticEntry[]; dead: string[] } {
  const entries: SemanticEntry[] = []
  const dead: string[] = []
  for (const [index, candidate] of candidates.entries()) {
    const [payload, ttlLeftMs] = [reply[2 * index], reply[2 * index + 1]]
    if (Buffer.isBuffer(payload)) entries.push({ ...candidate, payload, ttlLeftMs: Number(ttlLeftMs) })
    else dead.push(candidate.entryId)
  }
  return { entries, dead }
}
