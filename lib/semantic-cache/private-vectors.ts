/*
 * The vectors of one user's scopes. A vector tells a good deal of its text, so they never lie open: all of a scope are
 * one block inside an envelope, which is opened and scanned in this process and discarded.
 */
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

/** As many as a user has private entries. */
const mostRecords = 300

/** The index of one user's scopes. A look-up is one round trip, and a second one when there are candidates. */
export const privateVectors = (redis: Redis | Cluster, owner: VectorOwner): VectorIndex => ({
  nearest: async (query) => {
    const vector = checkedVector(query.vector)
    const look = async () =>
      nearestPrivate(redis, owner, { ...query, vector }, await readSealedBlock(redis, query.scope))
    return withTimeout(redisBudgetMs, look())
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
 * As `VectorIndex.nearest`, in a block that was read before: one round trip when there are candidates, else none. With a
 * limit of time of its own to the caller's account.
 */
export async function nearestPrivate(
  redis: Redis | Cluster,
  owner: VectorOwner,
  { scope, vector, atLeast, limit }: SemanticQuery,
  sealed: SealedBlock,
): Promise<SemanticEntry[]> {
  const candidates = scanRecords(openRecords(owner, scope, sealed, vector.length), vector, atLeast)
  const { entries, dead } = await readEntries(redis, scope, candidates, limit)
  if (dead.length > 0) await dropRecords(redis, owner, scope, dead)
  return entries
}

/** Records of other lengths are what is left of another embedder, and make room. */
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
    return [...others, { entryId, expiresAt: sealed.now + ttlMs, vector }].slice(-mostRecords)
  })

const dropRecords = (redis: Redis | Cluster, owner: VectorOwner, scope: string, entryIds: readonly string[]) =>
  changeRecords(redis, owner, scope, (sealed) => {
    const records = openRecords(owner, scope, sealed)
    const kept = records.filter(({ entryId }) => !entryIds.includes(entryId))
    return kept.length < records.length ? kept : null
  })
