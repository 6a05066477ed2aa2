/* Mechanism used: redis (its key names). */
import type { Cluster, Redis } from 'ioredis'
import { entryKey, entryPrefix, exactKey, wordsKey } from '@/lib/redis/keys'
import type { EntryQuery } from './lookup-entry'
import { runScript } from './run-script'
import { redisBudgetMs, settleWithin } from './settle-within'

export type NewEntry = EntryQuery & {
  entryId: string
  /** Already sealed: this mechanism never sees a text. */
  payload: Buffer
  ttlMs: number
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
local entry, exact, words = KEYS[1], KEYS[2], KEYS[3]
local entryPrefix, id, payload, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
return writeEntry(entry, exact, words, entryPrefix, id, payload, ttl)
`

/** Stores an entry, replacing what its question pointed to. Within 150 ms; rejects with what Redis says (it may be full). */
export async function storeEntry(redis: Redis | Cluster, entry: NewEntry): Promise<void> {
  const { scope, entryId, payload, ttlMs } = entry
  const keys = [entryKey(scope, entryId), exactKey(scope, entry.exactHash), wordsKey(scope, entry.wordsHash)]
  const values = [entryPrefix(scope), entryId, payload, ttlMs]
  await settleWithin(redisBudgetMs, runScript(redis, storeScript, keys, values))
}
