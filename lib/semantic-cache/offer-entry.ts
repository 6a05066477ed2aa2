import type { Cluster, Redis } from 'ioredis'
import { askersKey, entryKey, entryPrefix, exactKey, votesKey, wordsKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'
import { addMember, type Member } from './member-script'
import { type NewEntry, withdrawnKeyOf, writeEntry } from './store-entry'

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
  return (await settleWithin(redisBudgetMs, runScript(redis, offerScript, keys, values))) === 1
}
