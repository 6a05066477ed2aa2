import type { Cluster, Redis } from 'ioredis'
import { entryKey, entryPrefix, exactKey, withdrawnKey, wordsKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'
import type { EntryQuery } from './lookup-entry'

export type NewEntry = EntryQuery & {
  entryId: string
  /** Already sealed: this mechanism never sees a text. */
  payload: Buffer
  ttlMs: number
  /** Identifies the answer. If it was withdrawn (`withdrawEntry`), nothing is written. */
  answerHash?: string
}

/** A function of Lua that writes an entry; scripts that store begin with it. */
export const writeEntry = `
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
  return (await settleWithin(redisBudgetMs, runScript(redis, storeScript, keys, values))) === 1
}

/** The last key of a script that stores. Missing for an answer outside of conversations. */
export const withdrawnKeyOf = ({ scope, answerHash }: Pick<NewEntry, 'scope' | 'answerHash'>): string[] =>
  answerHash === undefined ? [] : [withdrawnKey(scope, answerHash)]
