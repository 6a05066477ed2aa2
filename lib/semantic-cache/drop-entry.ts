import type { Cluster, Redis } from 'ioredis'
import { askersKey, entryKey, entryPrefix, refusedKey, votesKey, wordsKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'
import { addMember, type Member } from './member-script'

/** Votes are counted for a day, and a question whose answers were voted down is not shared for a day. */
const votesTtlMs = 24 * 60 * 60 * 1000

/** Longer than the TTL of a shared entry, so that an entry never outlives its refusals. */
const refusalTtlMs = 48 * 60 * 60 * 1000

/**
 * Takes entries away, each by its scope and id; what points to them goes with the next look-up. Says how many there were.
 * Within 150 ms; rejects with what Redis or the connection says.
 */
export async function dropEntries(
  redis: Redis | Cluster,
  entries: readonly { scope: string; entryId: string }[],
): Promise<number> {
  // One command each, in one tick: a cluster refuses keys of several slots in one.
  const dropping = entries.map(({ scope, entryId }) => redis.del(entryKey(scope, entryId)))
  const dropped = await settleWithin(redisBudgetMs, Promise.all(dropping))
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
export type Vote = {
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
  await settleWithin(redisBudgetMs, runScript(redis, voteScript, keys, values))
}
