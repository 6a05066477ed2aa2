/* Mechanism used: redis (its key names). */
import type { Cluster, Redis } from 'ioredis'
import { askersKey, bannedKey, entryKey, entryPrefix, exactKey, wordsKey } from '@/lib/redis/keys'
import { runScript } from './run-script'
import { redisBudgetMs, settleWithin } from './settle-within'
import { type NewEntry, writeEntry } from './store-entry'

/** Who asked is counted for a day. */
export const askersTtlMs = 24 * 60 * 60 * 1000

export const offerScript = `${writeEntry}
-- Counts who asked a question and, once enough different ones have, stores the newest answer for all. Before that nothing
-- of question or answer lies in this scope. A question whose answers were found wrong is not shared.
local askers, banned, entry, exact, words = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local asker, enough, askersTtl, complaints = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local entryPrefix, id, payload, ttl = ARGV[5], ARGV[6], ARGV[7], ARGV[8]

if redis.call('SCARD', banned) >= complaints then return 0 end
if asker ~= '' then
  redis.call('SADD', askers, asker)
  redis.call('PEXPIRE', askers, askersTtl)
end
if redis.call('SCARD', askers) < enough then return 0 end
return writeEntry(entry, exact, words, entryPrefix, id, payload, ttl)
`

/** Two users who find the shared answers to a question wrong end its sharing for a day. */
export const enoughComplaints = 2

/**
 * Offers an entry to everybody's scope on behalf of one asker, named by a hash; '' for nobody. Says whether it lies there
 * now: only when `enough` different ones have asked within a day. Within 150 ms; rejects with what Redis says.
 */
export async function offerEntry(
  redis: Redis | Cluster,
  entry: NewEntry,
  { asker, enough }: { asker: string; enough: number },
): Promise<boolean> {
  const { scope, entryId, exactHash, wordsHash, payload, ttlMs } = entry
  const keys = [
    askersKey(scope, wordsHash),
    bannedKey(scope, wordsHash),
    entryKey(scope, entryId),
    exactKey(scope, exactHash),
    wordsKey(scope, wordsHash),
  ]
  const values = [asker, enough, askersTtlMs, enoughComplaints, entryPrefix(scope), entryId, payload, ttlMs]
  return (await settleWithin(redisBudgetMs, runScript(redis, offerScript, keys, values))) === 1
}
