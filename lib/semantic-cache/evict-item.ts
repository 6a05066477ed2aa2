import type { Cluster, Redis } from 'ioredis'
import {
  entryKey,
  exactKey,
  userHashOf,
  userIndexKey,
  vectorBlockKey,
  vectorExpiryKey,
  vectorSetKey,
  wordsKey,
} from '@/lib/redis/keys'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'
import { dropVectorsScript } from './drop-vectors-script'
import { formatIndexed } from './indexed-entry'
import type { LedgerItem } from './note-sizes'
import type { NewEntry } from './store-entry'

/** An entry as the ledger names it. */
export const entryNames = ({ scope, entryId, exactHash, wordsHash }: Omit<NewEntry, 'payload' | 'ttlMs'>) => [
  scope,
  entryId,
  exactHash,
  wordsHash,
]

export const evictEntryScript = `
-- Takes an entry away with the pointers that still lead to it, and a sealed block of vectors where one is named: nobody
-- but its owner could take a single vector out of that.
local entry, exact, words, block = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id = ARGV[1]
redis.call('DEL', entry)
for _, pointer in ipairs({ exact, words }) do
  if redis.pcall('GET', pointer) == id then redis.call('DEL', pointer) end
end
if block then redis.call('DEL', block) end
return 1
`

/** Takes out of the cache what the ledger handed back. Within 150 ms; rejects with what Redis or the connection says. */
export async function evictItem(redis: Redis | Cluster, { kind, names }: LedgerItem): Promise<void> {
  const [first = '', entryId = '', exactHash = '', wordsHash = ''] = names
  const entry = [entryKey(first, entryId), exactKey(first, exactHash), wordsKey(first, wordsHash)]
  switch (kind) {
    case 'own': {
      const dropping = runScript(redis, evictEntryScript, [...entry, vectorBlockKey(first)], [entryId])
      const index = userIndexKey(userHashOf(first) ?? '')
      const forgetting = redis.zrem(index, formatIndexed({ scope: first, entryId }))
      await settleWithin(redisBudgetMs, Promise.all([dropping, forgetting]))
      return
    }
    case 'shared': {
      const dropping = runScript(redis, evictEntryScript, entry, [entryId])
      const vectors = [vectorSetKey(first), vectorExpiryKey(first), vectorBlockKey(first)]
      const forgetting = runScript(redis, dropVectorsScript, vectors, [entryId])
      await settleWithin(redisBudgetMs, Promise.all([dropping, forgetting]))
      return
    }
    case 'embedding':
    case 'askers':
      await settleWithin(redisBudgetMs, redis.unlink(first))
  }
}
