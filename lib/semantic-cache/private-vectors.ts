import type { Cluster, Redis } from 'ioredis'
import { checkedVector, toInt8 } from '@/lib/embedding/embedder'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'
import { readEntries } from './lookup-entry'
import {
  changeRecords,
  openRecords,
  readSealedBlock,
  type SealedBlock,
  scanRecords,
  type VectorOwner,
} from './vector-block'
import type { NewVector, SemanticEntry, SemanticQuery, VectorIndex } from './vector-index'

/** Equals the maximum number of private entries of a user. */
const maxRecords = 300

/**
 * The vector index of one user's scopes. A vector reveals much of its text, so vectors must never be stored
 * unencrypted: all vectors of a scope form one block in an envelope, which is opened and scanned in this process. A
 * lookup takes one round trip, and a second one if there are candidates.
 */
export const privateVectors = (redis: Redis | Cluster, owner: VectorOwner): VectorIndex => ({
  nearest: async (query) => {
    const vector = checkedVector(query.vector)
    const search = async () =>
      nearestPrivate(redis, owner, { ...query, vector }, await readSealedBlock(redis, query.scope))
    return withTimeout(redisBudgetMs, search())
  },
  add: async (added) => {
    const vector = toInt8(checkedVector(added.vector))
    return withTimeout(redisBudgetMs, addRecord(redis, owner, added, vector))
  },
  drop: async (scope, entryIds) => {
    await withTimeout(redisBudgetMs, dropRecords(redis, owner, scope, entryIds))
  },
})

/**
 * Searches a block that was read before, like `VectorIndex.nearest`. Takes one round trip if there are candidates,
 * and one or more further ones if some of their entries have expired. Has no timeout, so the caller must set one.
 */
export async function nearestPrivate(
  redis: Redis | Cluster,
  owner: VectorOwner,
  { scope, vector, similarityThreshold, limit }: SemanticQuery,
  sealed: SealedBlock,
): Promise<SemanticEntry[]> {
  const candidates = scanRecords(openRecords(owner, scope, sealed, vector.length), vector, similarityThreshold)
  const { entries, dead } = await readEntries(redis, scope, candidates, limit)
  if (dead.length > 0) await dropRecords(redis, owner, scope, dead)
  return entries
}

/** Adds or replaces a record. Records with another dimension or id length, from another embedder, are discarded. */
const addRecord = (
  redis: Redis | Cluster,
  owner: VectorOwner,
  { scope, entryId, ttlMs }: NewVector,
  vector: Int8Array,
) =>
  changeRecords(redis, owner, scope, (sealed) => {
    const others = openRecords(owner, scope, sealed, vector.length).filter(
      (record) => record.entryId !== entryId && record.entryId.length === entryId.length,
    )
    return [...others, { entryId, expiresAt: sealed.now + ttlMs, vector }].slice(-maxRecords)
  })

const dropRecords = (redis: Redis | Cluster, owner: VectorOwner, scope: string, entryIds: readonly string[]) =>
  changeRecords(redis, owner, scope, (sealed) => {
    const records = openRecords(owner, scope, sealed)
    const kept = records.filter(({ entryId }) => !entryIds.includes(entryId))
    return kept.length < records.length ? kept : null
  })
