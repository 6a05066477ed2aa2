import type { Cluster, Redis } from 'ioredis'
import {
  askersKey,
  entryKey,
  entryPrefix,
  exactKey,
  userIndexKey,
  votesKey,
  withdrawnKey,
  wordsKey,
} from '@/lib/redis/keys'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import type { EntryQuery } from './lookup-entry'

export type NewEntry = EntryQuery & {
  entryId: string
  /** The encrypted answer. This module never handles plain text. */
  payload: Buffer
  ttlMs: number
  /** Identifies the answer. If it was withdrawn (`withdrawEntry`), nothing is written. */
  answerHash?: string
}

/** A Lua function that writes an entry. Scripts that store entries must begin with it. */
const writeEntry = `
-- Writes an entry and its two pointers, all with the same TTL. The entry must be written first: a full Redis fails
-- the first write, and then nothing has been written. The previous entry of the same words is deleted. Exact
-- pointers to it then dangle, and questions that use them find the new entry by its words.
local function writeEntry(entry, exact, words, entryPrefix, id, payload, ttl)
  local before = redis.pcall('GET', words)
  redis.call('SET', entry, payload, 'PX', ttl)
  redis.call('SET', exact, id, 'PX', ttl)
  redis.call('SET', words, id, 'PX', ttl)
  if type(before) == 'string' and before ~= id then redis.call('DEL', entryPrefix .. before) end
  return 1
end
`

export const storeScript = `${writeEntry}
local entry, exact, words, withdrawn = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local entryPrefix, id, payload, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if withdrawn and redis.call('EXISTS', withdrawn) == 1 then return 0 end
return writeEntry(entry, exact, words, entryPrefix, id, payload, ttl)
`

/**
 * Stores an entry and replaces the pointers of its question. Returns false if the answer was withdrawn. Takes 150
 * ms at most. Rejects with the error of Redis, which may be full.
 */
export async function storeEntry(redis: Redis | Cluster, entry: NewEntry): Promise<boolean> {
  const { scope, entryId, payload, ttlMs } = entry
  const keys = [
    entryKey(scope, entryId),
    exactKey(scope, entry.exactHash),
    wordsKey(scope, entry.wordsHash),
    ...withdrawnKeys(entry),
  ]
  const values = [entryPrefix(scope), entryId, payload, ttlMs]
  return (await withTimeout(redisBudgetMs, runScript(redis, storeScript, keys, values))) === 1
}

/** The last key of a storing script. An answer outside of conversations has none. */
const withdrawnKeys = ({ scope, answerHash }: Pick<NewEntry, 'scope' | 'answerHash'>): string[] =>
  answerHash === undefined ? [] : [withdrawnKey(scope, answerHash)]

/**
 * A Lua function that adds a user to a hash of users and their networks. Scripts that count users must begin with it.
 */
export const addMember = `
-- Adds a user to a hash user → network, unless it already has the maximum number of users of that network (0: any
-- number). Returns whether the user is in the hash now. A user who returns from another network stays one member.
local function addMember(members, user, network, perNetwork)
  if redis.call('HEXISTS', members, user) == 1 then return true end
  if perNetwork > 0 then
    local same = 0
    for _, other in ipairs(redis.call('HVALS', members)) do
      if other == network then same = same + 1 end
    end
    if same >= perNetwork then return false end
  end
  redis.call('HSET', members, user, network)
  return true
end
`

/** A counted user, identified by hashes that reveal neither the user nor the network. */
export type Member = { user: string; network: string }

/** Askers are counted for a day from the first one. */
export const askersTtlMs = 24 * 60 * 60 * 1000

export const offerScript = `${addMember}${writeEntry}
-- Counts an asker and, once enough users have asked, stores the newest answer in the shared scope. Before that the
-- scope contains nothing of question or answer. A question whose shared answers were voted down is not shared. At
-- most one asker more than needed is counted, so that the hash stays small and one of them may withdraw. The hash
-- expires a day after its first asker.
local askers, votes, entry, exact, words, withdrawn = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local user, network, perNetwork, needed = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local askersTtl, votesToEnd = ARGV[5], tonumber(ARGV[6])
local entryPrefix, id, payload, ttl = ARGV[7], ARGV[8], ARGV[9], ARGV[10]

if withdrawn and redis.call('EXISTS', withdrawn) == 1 then return 0 end
if redis.call('HLEN', votes) >= votesToEnd then return 0 end
if needed > 0 and redis.call('HLEN', askers) <= needed then
  addMember(askers, user, network, perNetwork)
  if redis.call('PTTL', askers) < 0 then redis.call('PEXPIRE', askers, askersTtl) end
  if redis.call('HLEN', askers) < needed then return 0 end
end
return writeEntry(entry, exact, words, entryPrefix, id, payload, ttl)
`

/** The condition for sharing an entry. If `needed` is 0, the entry is shared at once and the asker is not counted. */
export type SharingRule = {
  asker: Member
  /** The number of users who must have asked, including the asker. */
  needed: number
  /** The number of users of one network that count; 0 means any number. */
  perNetwork: number
  /** This many votes against the shared answers to a question end its sharing. */
  votesToEnd: number
}

/**
 * Offers an entry to the shared scope on behalf of an asker. Returns whether it is stored there now. Takes 150 ms at
 * most. Rejects with the error of Redis.
 */
export async function offerEntry(redis: Redis | Cluster, entry: NewEntry, rule: SharingRule): Promise<boolean> {
  const { scope, entryId, exactHash, wordsHash, payload, ttlMs } = entry
  const { asker, needed, perNetwork, votesToEnd } = rule
  const words = wordsKey(scope, wordsHash)
  // If several users had to ask, the entry is found by its words only: an exact hit would reveal how the asker of the
  // stored answer spelled the question.
  const exact = needed > 1 ? words : exactKey(scope, exactHash)
  const counts = [askersKey(scope, wordsHash), votesKey(scope, wordsHash)]
  const keys = [...counts, entryKey(scope, entryId), exact, words, ...withdrawnKeys(entry)]
  const counting = [asker.user, asker.network, perNetwork, needed, askersTtlMs, votesToEnd]
  const values = [...counting, entryPrefix(scope), entryId, payload, ttlMs]
  return (await withTimeout(redisBudgetMs, runScript(redis, offerScript, keys, values))) === 1
}

/** The index must outlive every private entry (1 h plus jitter), so that it lists all entries that exist. */
const indexTtlMs = 2 * 60 * 60 * 1000

export const indexScript = `
-- Adds an entry to its user's index, newest last, and removes and returns the oldest entries beyond the maximum. The
-- caller must delete those, because they are in other slots. Removes index members whose entries must have expired.
-- Times are by the clock of Redis.
local index = KEYS[1]
local member, maxEntries, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', index, now, member)
redis.call('PEXPIRE', index, ttl)
redis.call('ZREMRANGEBYSCORE', index, '-inf', now - ttl)
local surplus = redis.call('ZRANGE', index, 0, -1 - maxEntries)
for _, old in ipairs(surplus) do redis.call('ZREM', index, old) end
return surplus
`

/**
 * Adds a new entry to the user's index and deletes the user's oldest entries beyond `maxEntries`. Best effort: the
 * index is in another slot than the entry, so both cannot be written atomically. An entry that could not be indexed
 * stays uncounted until it expires. Takes 150 ms at most. Rejects with the error of Redis or the connection.
 */
export function indexEntry(
  redis: Redis | Cluster,
  userHash: string,
  entry: IndexedEntry,
  maxEntries: number,
): Promise<void> {
  return withTimeout(redisBudgetMs, indexAndDropSurplus(redis, userHash, entry, maxEntries))
}

async function indexAndDropSurplus(
  redis: Redis | Cluster,
  userHash: string,
  entry: IndexedEntry,
  maxEntries: number,
): Promise<void> {
  const values = [formatIndexed(entry), `${maxEntries}`, `${indexTtlMs}`]
  const surplus = await runScript(redis, indexScript, [userIndexKey(userHash)], values)
  if (!Array.isArray(surplus)) return
  const dropped = surplus.map((member) => parseIndexed(String(member)))
  // One command for each key, because a cluster rejects a command with keys of several slots.
  await Promise.all(dropped.map(({ scope, entryId }) => redis.del(entryKey(scope, entryId))))
}

type IndexedEntry = { scope: string; entryId: string }

/** Formats an index member. Neither scopes nor ids contain spaces. */
export const formatIndexed = ({ scope, entryId }: IndexedEntry) => `${entryId} ${scope}`

/**
 * Parses an index member. A foreign member yields the name of a key that does not exist, so deleting it is harmless.
 */
function parseIndexed(member: string): IndexedEntry {
  const [entryId = '', scope = ''] = member.split(' ')
  return { entryId, scope }
}
