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
import { addMember, type Member } from './nearest-script'

export type NewEntry = EntryQuery & {
  entryId: string
  /** Already sealed: this mechanism never sees a text. */
  payload: Buffer
  ttlMs: number
  /** Identifies the answer. If it was withdrawn (`withdrawEntry`), nothing is written. */
  answerHash?: string
}

/** A function of Lua that writes an entry; scripts that store begin with it. */
const writeEntry = `
-- Writes an entry and what points to it, all with one TTL. The entry comes first: on a full Redis that is where the
-- script fails, with nothing written. The entry that the words pointed to before is replaced and goes; pointers from
-- other wordings of the question then dangle, and find the new entry by its words.
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
 * Stores an entry and replaces the pointers of its question. Returns false if the answer was withdrawn. Takes 150 ms at
 * most. Rejects with the error of Redis, which may be full.
 */
export async function storeEntry(redis: Redis | Cluster, entry: NewEntry): Promise<boolean> {
  const { scope, entryId, payload, ttlMs } = entry
  const keys = [
    entryKey(scope, entryId),
    exactKey(scope, entry.exactHash),
    wordsKey(scope, entry.wordsHash),
    ...withdrawnKeyOf(entry),
  ]
  const values = [entryPrefix(scope), entryId, payload, ttlMs]
  return (await withTimeout(redisBudgetMs, runScript(redis, storeScript, keys, values))) === 1
}

/** The last key of a script that stores. Missing for an answer outside of conversations. */
const withdrawnKeyOf = ({ scope, answerHash }: Pick<NewEntry, 'scope' | 'answerHash'>): string[] =>
  answerHash === undefined ? [] : [withdrawnKey(scope, answerHash)]

/** Askers are counted for a day from the first one. */
export const askersTtlMs = 24 * 60 * 60 * 1000

export const offerScript = `${addMember}${writeEntry}
-- Counts an asker and, once enough users have asked, stores the newest answer in the shared scope. Before that the
-- scope contains nothing of question or answer. A question whose shared answers were voted down is not shared. At most
-- one asker more than needed is counted, so that the hash stays small and one of them may withdraw. The hash expires a
-- day after its first asker.
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
  const keys = [...counts, entryKey(scope, entryId), exact, words, ...withdrawnKeyOf(entry)]
  const counting = [asker.user, asker.network, perNetwork, needed, askersTtlMs, votesToEnd]
  const values = [...counting, entryPrefix(scope), entryId, payload, ttlMs]
  return (await withTimeout(redisBudgetMs, runScript(redis, offerScript, keys, values))) === 1
}

/** The index outlives every private entry (1 h and its jitter), so that it forgets none that lives. */
const indexTtlMs = 2 * 60 * 60 * 1000

export const indexScript = `
-- Notes an entry in its user's index, newest last, and hands back those that are too many now, for the caller to drop:
-- they lie in other slots. Entries that must have expired are forgotten on the way. The clock is that of Redis.
local index = KEYS[1]
local member, most, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', index, now, member)
redis.call('PEXPIRE', index, ttl)
redis.call('ZREMRANGEBYSCORE', index, '-inf', now - ttl)
local surplus = redis.call('ZRANGE', index, 0, -1 - most)
for _, old in ipairs(surplus) do redis.call('ZREM', index, old) end
return surplus
`

/**
 * Notes a new entry and drops the user's oldest beyond `most`, within 150 ms. Best effort and not atomic with storing
 * the entry, since the index lies in a slot of its own: an entry that could not be noted lives uncounted until its TTL
 * ends it. Rejects with what Redis or the connection says.
 */
export function indexEntry(redis: Redis | Cluster, userHash: string, entry: IndexedEntry, most: number): Promise<void> {
  return withTimeout(redisBudgetMs, noteAndDrop(redis, userHash, entry, most))
}

async function noteAndDrop(redis: Redis | Cluster, userHash: string, entry: IndexedEntry, most: number): Promise<void> {
  const values = [formatIndexed(entry), `${most}`, `${indexTtlMs}`]
  const surplus = await runScript(redis, indexScript, [userIndexKey(userHash)], values)
  if (!Array.isArray(surplus)) return
  const tooMany = surplus.map((member) => parseIndexed(String(member)))
  // One command each: a cluster refuses keys of several slots in one.
  await Promise.all(tooMany.map(({ scope, entryId }) => redis.del(entryKey(scope, entryId))))
}

/** An entry as the index of its user names it. */
type IndexedEntry = { scope: string; entryId: string }

/** Neither scopes nor ids have spaces. */
export const formatIndexed = ({ scope, entryId }: IndexedEntry) => `${entryId} ${scope}`

/** Whatever stands in the index gives an entry; one that nobody put there names a key that does not exist. */
function parseIndexed(member: string): IndexedEntry {
  const [entryId = '', scope = ''] = member.split(' ')
  return { entryId, scope }
}
