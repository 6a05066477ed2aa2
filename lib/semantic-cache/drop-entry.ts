import type { Cluster, Redis } from 'ioredis'
import {
  askersKey,
  entryKey,
  entryPrefix,
  exactKey,
  refusedKey,
  userHashOf,
  userIndexKey,
  vectorBlockKey,
  vectorExpiryKey,
  vectorSetKey,
  votesKey,
  withdrawnKey,
  wordsKey,
} from '@/lib/redis/keys'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import type { LedgerItem } from './entry-counters'
import { dropVectorsScript } from './shared-vectors'
import { addMember, formatIndexed, type Member, type NewEntry } from './store-entry'

/** Votes are counted for a day, and a question whose answers were voted down is not shared for a day. */
const votesTtlMs = 24 * 60 * 60 * 1000

/** Must be longer than the TTL of a shared entry, so that an entry never outlives its refusals. */
const refusalTtlMs = 48 * 60 * 60 * 1000

/**
 * Deletes entries by scope and id and returns how many existed. Their pointers will be removed by the next lookup.
 * Takes 150 ms at most. Rejects with the error of Redis or the connection.
 */
export async function dropEntries(
  redis: Redis | Cluster,
  entries: readonly { scope: string; entryId: string }[],
): Promise<number> {
  // One command for each key, because a cluster rejects a command with keys of several slots.
  // All are sent in one tick.
  const dropping = entries.map(({ scope, entryId }) => redis.del(entryKey(scope, entryId)))
  const dropped = await withTimeout(redisBudgetMs, Promise.all(dropping))
  return dropped.reduce((total, count) => total + count, 0)
}

export const voteScript = `${addMember}
-- Records that a user refuses a shared answer. It is also a vote if the user counts and was served the answer, or has
-- contributed an answer to the question. Enough votes delete the shared entry and end the sharing of the question.
local entry, votes, askers, words, refused = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, entryPrefix, refusalTtl, votesTtl = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local user, network, perNetwork, votesToEnd = ARGV[5], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])

redis.call('SADD', refused, id)
redis.call('PEXPIRE', refused, refusalTtl)
if user == '' then return 0 end
if redis.call('EXISTS', entry) == 0 and redis.call('HEXISTS', askers, user) == 0 then return 0 end
if not addMember(votes, user, network, perNetwork) then return 0 end
redis.call('PEXPIRE', votes, votesTtl)
if redis.call('HLEN', votes) < votesToEnd then return 0 end
local current = redis.pcall('GET', words)
if type(current) == 'string' then redis.call('DEL', entryPrefix .. current) end
redis.call('DEL', words, entry)
return 1
`

/** A vote against a shared answer. */
type Vote = {
  /** The user's hash in the refusals of this scope. */
  voterHash: string
  /** Null for a user who does not count. Then the answer is refused for that user only. */
  voter: Member | null
  perNetwork: number
  votesToEnd: number
}

/**
 * Records that a user found a shared answer wrong, and ends the sharing of the question after enough votes. Takes 150
 * ms at most. Rejects with the error of Redis or the connection.
 */
export async function voteAgainstEntry(
  redis: Redis | Cluster,
  { scope, entryId, wordsHash }: { scope: string; entryId: string; wordsHash: string },
  { voterHash, voter, perNetwork, votesToEnd }: Vote,
): Promise<void> {
  const keys = [
    entryKey(scope, entryId),
    votesKey(scope, wordsHash),
    askersKey(scope, wordsHash),
    wordsKey(scope, wordsHash),
    refusedKey(scope, voterHash),
  ]
  const { user, network } = voter ?? { user: '', network: '' }
  const values = [entryId, entryPrefix(scope), refusalTtlMs, votesTtlMs, user, network, perNetwork, votesToEnd]
  await withTimeout(redisBudgetMs, runScript(redis, voteScript, keys, values))
}

/**
 * An answer that is stored in a scope or may still be stored. Without `exactHash` the exact
 * pointer is left to expire.
 */
type WithdrawnEntry = {
  scope: string
  entryId: string
  wordsHash: string
  exactHash?: string | undefined
  answerHash: string
}

/**
 * How long a withdrawn answer stays marked. A store command is sent within seconds of the
 * answer's end, but a connection can deliver it late. The mark must outlive any such delay;
 * otherwise the command would store the answer again.
 */
const withdrawnTtlMs = 2 * 60 * 60 * 1000

/**
 * A Lua function that deletes an entry and the pointers to it. The withdrawing scripts must delete first and write
 * the mark last, because a full Redis rejects the mark.
 */
const dropEntry = `
local function drop(entry, pointers, id)
  redis.call('DEL', entry)
  for _, pointer in ipairs(pointers) do
    if redis.pcall('GET', pointer) == id then redis.call('DEL', pointer) end
  end
end
`

const withdrawScript = `${dropEntry}
-- Deletes a user's own entry and marks its answer, so that a store command that arrives later writes nothing.
local withdrawn, entry, words, exact = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, ttl = ARGV[1], ARGV[2]
drop(entry, { words, exact }, id)
redis.call('SET', withdrawn, '1', 'PX', ttl)
return 1
`

const withdrawOfferScript = `${dropEntry}
-- Withdraws one asker and marks the answer. The shared entry is deleted too if no other user has asked.
local withdrawn, askers, entry, words, exact = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, ttl, asker = ARGV[1], ARGV[2], ARGV[3]
if redis.call('HDEL', askers, asker) == 1 and redis.call('HLEN', askers) == 0 then drop(entry, { words, exact }, id) end
redis.call('SET', withdrawn, '1', 'PX', ttl)
return 1
`

/** Withdraws a user's own answer, stored or not. Takes 150 ms at most. Rejects with the error of Redis. */
export async function withdrawEntry(redis: Redis | Cluster, entry: WithdrawnEntry): Promise<void> {
  const { scope, entryId, answerHash } = entry
  const keys = [withdrawnKey(scope, answerHash), entryKey(scope, entryId), ...pointerKeys(entry)]
  await withTimeout(redisBudgetMs, runScript(redis, withdrawScript, keys, [entryId, withdrawnTtlMs]))
}

/**
 * Withdraws an answer that `asker`, identified by a hash, offered to the shared scope. Takes 150 ms at most.
 * Rejects with the error of Redis.
 */
export async function withdrawOffer(redis: Redis | Cluster, entry: WithdrawnEntry, asker: string): Promise<void> {
  const { scope, entryId, answerHash, wordsHash } = entry
  const keys = [
    withdrawnKey(scope, answerHash),
    askersKey(scope, wordsHash),
    entryKey(scope, entryId),
    ...pointerKeys(entry),
  ]
  await withTimeout(redisBudgetMs, runScript(redis, withdrawOfferScript, keys, [entryId, withdrawnTtlMs, asker]))
}

const pointerKeys = ({ scope, wordsHash, exactHash }: WithdrawnEntry) => [
  wordsKey(scope, wordsHash),
  ...(exactHash === undefined ? [] : [exactKey(scope, exactHash)]),
]

/** Returns the names under which the ledger records an entry. `evictItem` reads them in the same order. */
export const entryNames = ({ scope, entryId, exactHash, wordsHash }: Omit<NewEntry, 'payload' | 'ttlMs'>) => [
  scope,
  entryId,
  exactHash,
  wordsHash,
]

const evictEntryScript = `
-- Deletes an entry and the pointers that still lead to it. Also deletes the sealed vector block if it is given as the
-- fourth key: the block is encrypted, so a single vector cannot be removed here.
local entry, exact, words, block = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id = ARGV[1]
redis.call('DEL', entry)
for _, pointer in ipairs({ exact, words }) do
  if redis.pcall('GET', pointer) == id then redis.call('DEL', pointer) end
end
if block then redis.call('DEL', block) end
return 1
`

/**
 * Deletes an item that the ledger has evicted from the cache. Takes 150 ms at most. Rejects
 * with the error of Redis or the connection.
 */
export async function evictItem(redis: Redis | Cluster, { kind, names }: LedgerItem): Promise<void> {
  const [first = '', entryId = '', exactHash = '', wordsHash = ''] = names
  const entry = [entryKey(first, entryId), exactKey(first, exactHash), wordsKey(first, wordsHash)]
  switch (kind) {
    case 'own': {
      const dropping = runScript(redis, evictEntryScript, [...entry, vectorBlockKey(first)], [entryId])
      const index = userIndexKey(userHashOf(first) ?? '')
      const unindexing = redis.zrem(index, formatIndexed({ scope: first, entryId }))
      await withTimeout(redisBudgetMs, Promise.all([dropping, unindexing]))
      return
    }
    case 'shared': {
      const dropping = runScript(redis, evictEntryScript, entry, [entryId])
      const vectors = [vectorSetKey(first), vectorExpiryKey(first), vectorBlockKey(first)]
      const droppingVector = runScript(redis, dropVectorsScript, vectors, [entryId])
      await withTimeout(redisBudgetMs, Promise.all([dropping, droppingVector]))
      return
    }
    case 'embedding':
    case 'askers':
      await withTimeout(redisBudgetMs, redis.unlink(first))
  }
}
