/**
 * What things take in Redis, in bytes, a little more rather than less: a test holds these to what Redis itself says. A
 * value and the name of its key lie in blocks of fixed sizes with a head each, and the key stands in two tables.
 */
import type { Needs } from '@/lib/context'
import { type EmbeddingAddress, embeddingTtlMs } from '@/lib/embedding/embed-text'
import { reportTrouble } from '@/lib/redis/connect'
import { askersKey, entryKey, exactKey, vectorBlockKey, wordsKey } from '@/lib/redis/keys'
import { entryNames, evictItem } from '@/lib/semantic-cache/drop-entry'
import { type LedgerItem, maxEvicted, recordEntrySizes } from '@/lib/semantic-cache/entry-counters'
import { askersTtlMs, type NewEntry } from '@/lib/semantic-cache/store-entry'
import { maxEntryTtlMs } from './key-families'

const keyBytes = 130
const valueBytes = (length: number) => Math.ceil(length * 1.15) + 24
/** Its place in a sorted set, with the names of entry and scope. */
const indexLineBytes = 300
/** The envelope around a vector or a block of them, and what goes with each of them: an id and an end. */
const sealBytes = 80
const recordBytes = 60
/** A member of a vector set beside its vector, with its links and its place among the ends of all. */
const memberBytes = 1_000
/** The hash of an asker and of the asker's network. */
const memberLineBytes = 110

/** An entry, with what points to it and what makes it findable by meaning: `vectorLength` 0 for nothing. */
export function sizedEntry(entry: NewEntry & { isShared: boolean }, vectorLength: number): LedgerItem {
  const { scope, entryId, exactHash, wordsHash, payload, isShared } = entry
  const pointers = [exactKey(scope, exactHash), wordsKey(scope, wordsHash)]
  const pointed = pointers.reduce((sum, key) => sum + key.length + keyBytes + valueBytes(entryId.length), 0)
  const told = entryKey(scope, entryId).length + keyBytes + valueBytes(payload.length)
  // Deep in a conversation a scope has a single question, and its vector a block of its own.
  const ownVector = vectorBlockKey(scope).length + keyBytes + valueBytes(sealBytes + recordBytes + vectorLength)
  const found = vectorLength === 0 ? 0 : isShared ? memberBytes + valueBytes(vectorLength) : ownVector
  return {
    kind: isShared ? 'shared' : 'own',
    names: entryNames(entry),
    bytes: pointed + told + found + (isShared ? 0 : indexLineBytes),
    maxTtlMs: maxEntryTtlMs(isShared),
  }
}

/** The remembered vector of a text. */
export function sizedEmbedding({ key }: EmbeddingAddress, { length }: Float32Array): LedgerItem {
  return {
    kind: 'embedding',
    names: [key],
    bytes: key.length + keyBytes + valueBytes(sealBytes + length),
    maxTtlMs: embeddingTtlMs,
  }
}

/** The askers of a question. At most one more than needed to share its answer is stored. */
export function sizedAskers({ scope, wordsHash }: Pick<NewEntry, 'scope' | 'wordsHash'>, needed: number): LedgerItem {
  const key = askersKey(scope, wordsHash)
  const bytes = key.length + keyBytes + valueBytes(needed * memberLineBytes)
  return { kind: 'askers', names: [key], bytes, maxTtlMs: askersTtlMs }
}

/** After a limit was lowered there may be far too much; the next answer goes on where this one stops. */
const mostRounds = 20

/**
 * Notes what was put into the cache, and has as much of the oldest leave it as is over `ANSWER_CACHE_MAX_BYTES`. For
 * behind an answer: nobody waits for it. What cannot be noted lives uncounted until its TTL ends it. Never rejects.
 */
export async function keepWithinLimit(
  { redis, settings }: Needs<'redis' | 'settings'>,
  items: readonly LedgerItem[],
): Promise<void> {
  if (!redis || items.length === 0) return
  try {
    let evicted = await recordEntrySizes(redis, items, settings.cacheMaxBytes)
    for (let round = 1; evicted.length > 0; round++) {
      await Promise.all(evicted.map((item) => evictItem(redis, item)))
      if (evicted.length < maxEvicted || round === mostRounds) return
      evicted = await recordEntrySizes(redis, [], settings.cacheMaxBytes)
    }
  } catch (error) {
    reportTrouble(redis, error)
  }
}
