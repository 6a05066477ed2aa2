import type { Needs } from '@/lib/context'
import { type EmbeddingAddress, embeddingTtlMs } from '@/lib/embedding/embed-text'
import { reportTrouble } from '@/lib/redis/connect'
import { askersKey, entryKey, exactKey, vectorBlockKey, wordsKey } from '@/lib/redis/keys'
import { entryNames, evictItem } from '@/lib/semantic-cache/drop-entry'
import { type LedgerItem, maxEvicted, recordEntrySizes } from '@/lib/semantic-cache/entry-counters'
import { askersTtlMs, type NewEntry } from '@/lib/semantic-cache/store-entry'
import { maxEntryTtlMs } from './key-families'

/*
 * Estimates of memory in Redis, in bytes. They should be slightly too high; `cache-limit.redis.test.ts` compares
 * them with MEMORY USAGE. Redis allocates key names and values in blocks of fixed sizes with a header each, and
 * lists each key in two hash tables (keys and TTLs).
 */
const keyBytes = 130
const valueBytes = (length: number) => Math.ceil(length * 1.15) + 24
/** A member of a user's index, with the names of entry and scope. */
const indexLineBytes = 300
/** The envelope of a vector or of a block of vectors. */
const sealBytes = 80
/** The id and time of expiry of a record in a block. */
const recordBytes = 60
/** A member of a vector set without its vector: its graph links and its member in the index of expiries. */
const memberBytes = 1_000
/** The hashes of an asker and of the asker's network. */
const memberLineBytes = 110

/** Estimates the size of an entry with its pointers and its vector. `vectorLength` is 0 if it has no vector. */
export function measureEntry(entry: NewEntry & { isShared: boolean }, vectorLength: number): LedgerItem {
  const { scope, entryId, exactHash, wordsHash, payload, isShared } = entry
  const pointers = [exactKey(scope, exactHash), wordsKey(scope, wordsHash)]
  const pointerBytes = pointers.reduce((sum, key) => sum + key.length + keyBytes + valueBytes(entryId.length), 0)
  const payloadBytes = entryKey(scope, entryId).length + keyBytes + valueBytes(payload.length)
  // Assume one block for each vector: inside a conversation a scope usually holds a single question.
  const ownVectorBytes = vectorBlockKey(scope).length + keyBytes + valueBytes(sealBytes + recordBytes + vectorLength)
  const vectorBytes = vectorLength === 0 ? 0 : isShared ? memberBytes + valueBytes(vectorLength) : ownVectorBytes
  return {
    kind: isShared ? 'shared' : 'own',
    names: entryNames(entry),
    bytes: pointerBytes + payloadBytes + vectorBytes + (isShared ? 0 : indexLineBytes),
    maxTtlMs: maxEntryTtlMs(isShared),
  }
}

/** Estimates the size of the cached vector of a text. */
export function measureEmbedding({ key }: EmbeddingAddress, { length }: Float32Array): LedgerItem {
  return {
    kind: 'embedding',
    names: [key],
    bytes: key.length + keyBytes + valueBytes(sealBytes + length),
    maxTtlMs: embeddingTtlMs,
  }
}

/** Estimates the size of the askers of a question. At most one asker more than needed is stored. */
export function measureAskers({ scope, wordsHash }: Pick<NewEntry, 'scope' | 'wordsHash'>, needed: number): LedgerItem {
  const key = askersKey(scope, wordsHash)
  const bytes = key.length + keyBytes + valueBytes(needed * memberLineBytes)
  return { kind: 'askers', names: [key], bytes, maxTtlMs: askersTtlMs }
}

/** Bounds the work of one call after the limit was lowered. The next call will continue the eviction. */
const maxRounds = 20

/**
 * Records the sizes of new items and evicts the oldest ones beyond `ANSWER_CACHE_MAX_BYTES`. Should run after the
 * answer was delivered. Items that could not be recorded stay uncounted until they expire. Never rejects.
 */
export async function enforceCacheLimit(
  { redis, settings }: Needs<'redis' | 'settings'>,
  items: readonly LedgerItem[],
): Promise<void> {
  if (!redis || items.length === 0) return
  try {
    let evicted = await recordEntrySizes(redis, items, settings.cacheMaxBytes)
    for (let round = 1; evicted.length > 0; round++) {
      await Promise.all(evicted.map((item) => evictItem(redis, item)))
      if (evicted.length < maxEvicted || round === maxRounds) return
      evicted = await recordEntrySizes(redis, [], settings.cacheMaxBytes)
    }
  } catch (error) {
    reportTrouble(redis, error)
  }
}
