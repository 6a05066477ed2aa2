/*
 * The vectors of scopes that many share: a Redis vector set (https://redis.io/docs/latest/develop/data-types/vector-sets/)
 * from eight members on where the server has them, else one block that is read whole and scanned here. Nobody has to know
 * which: the scripts find it out where the data lies, so there is no question to ask first and no answer to remember.
 */
import type { Cluster, Redis } from 'ioredis'
import { checkedVector } from '@/lib/embedding/checked-vector'
import { toInt8 } from '@/lib/embedding/quantize'
import { entryPrefix, vectorBlockKey, vectorExpiryKey, vectorSetKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'
import { addVectorScript } from './add-vector-script'
import { dropVectorsScript } from './drop-vectors-script'
import { nearestScript } from './nearest-script'
import { pairEntries, readEntries } from './read-entries'
import { parseBlock, scanRecords } from './vector-block'
import type { NearEntry, NearQuery, VectorIndex } from './vector-index'

/** A graph for less costs more memory than it saves time. */
const smallestSet = 8
/** Read whole at every look-up: 1,000 vectors of 256 dimensions are 300 KB. */
const mostInBlock = 1000

/**
 * The index of shared scopes. A look-up is one round trip; a second one reads payloads when a block of eight or more has
 * candidates.
 */
export const sharedVectors = (redis: Redis | Cluster): VectorIndex => ({
  nearest: async (query) => {
    const vector = checkedVector(query.vector)
    return settleWithin(redisBudgetMs, findNearest(redis, { ...query, vector }))
  },
  add: async ({ scope, entryId, vector, ttlMs }) => {
    const unit = checkedVector(vector)
    const values = [entryId, bytesOf(toInt8(unit)), bytesOf(unit), ttlMs, mostInBlock, smallestSet]
    await settleWithin(redisBudgetMs, runScript(redis, addVectorScript, keysOf(scope), values))
    return true
  },
  drop: async (scope, entryIds) => {
    await settleWithin(redisBudgetMs, runScript(redis, dropVectorsScript, keysOf(scope), entryIds))
  },
})

async function findNearest(redis: Redis | Cluster, query: NearQuery): Promise<NearEntry[]> {
  const { scope, vector, atLeast, limit } = query
  // A vector set's score is (1 + cosine) / 2.
  const values = [entryPrefix(scope), bytesOf(vector), limit, (1 + atLeast) / 2, smallestSet - 1]
  const reply = await runScript(redis, nearestScript, keysOf(scope), values)
  if (!Array.isArray(reply)) return []
  const [kind, ...rest]: unknown[] = reply
  return String(kind) === 'set' ? entriesOfSet(rest) : scanBlock(redis, query, rest)
}

/** Id, score, payload and milliseconds left, one after another. */
function entriesOfSet(reply: readonly unknown[]): NearEntry[] {
  const entries: NearEntry[] = []
  for (let at = 0; at < reply.length; at += 4) {
    const [entryId, score, payload, ttlLeftMs] = reply.slice(at, at + 4)
    if (!Buffer.isBuffer(payload)) continue
    entries.push({
      entryId: String(entryId),
      similarity: 2 * Number(score) - 1,
      payload,
      ttlLeftMs: Number(ttlLeftMs),
    })
  }
  return entries
}

async function scanBlock(
  redis: Redis | Cluster,
  { scope, vector, atLeast, limit }: NearQuery,
  [block, ...carried]: readonly unknown[],
): Promise<NearEntry[]> {
  const records = Buffer.isBuffer(block) ? parseBlock(block, vector.length) : []
  const candidates = scanRecords(records, vector, atLeast)
  if (candidates.length === 0) return []
  const { entries, dead } =
    carried.length > 0
      ? pairEntries(
          candidates,
          candidates.flatMap(({ entryId }) => carriedFor(records, entryId, carried)),
        )
      : await readEntries(redis, scope, candidates, limit)
  if (dead.length > 0) await runScript(redis, dropVectorsScript, keysOf(scope), dead)
  return entries.slice(0, limit)
}

/** The script reads payloads in the order of the records. */
function carriedFor(
  records: readonly { entryId: string }[],
  entryId: string,
  carried: readonly unknown[],
): readonly unknown[] {
  const index = records.findIndex((record) => record.entryId === entryId)
  return carried.slice(2 * index, 2 * index + 2)
}

const keysOf = (scope: string) => [vectorSetKey(scope), vectorExpiryKey(scope), vectorBlockKey(scope)]

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int8Array) =>
  Buffer.from(buffer, byteOffset, byteLength)
