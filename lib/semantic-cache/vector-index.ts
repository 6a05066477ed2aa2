import type { Cluster, Redis } from 'ioredis'

export type SemanticQuery = {
  scope: string
  /** A vector of any length except zero. Only its direction is compared. */
  vector: Float32Array
  /** The minimum cosine similarity, -1 to 1. */
  similarityThreshold: number
  /** The maximum number of entries. */
  limit: number
}

export type SemanticEntry = {
  entryId: string
  /**
   * Cosine similarity, 1 for the same direction. Vectors are stored as one byte per dimension,
   * so it is exact to about 0.01.
   */
  similarity: number
  payload: Buffer
  /** The remaining TTL by the clock of Redis. */
  ttlLeftMs: number
}

export type NewVector = {
  scope: string
  /** The entry that the vector should find. All ids of a scope must have the same length. */
  entryId: string
  vector: Float32Array
  /** The TTL of the entry. */
  ttlMs: number
}

/**
 * Finds entries by their vectors in one scope. Every call takes 150 ms at most. Rejects with `VectorRefused`,
 * before anything is sent, if a vector is empty, zero or not finite; otherwise with the error of Redis or the
 * connection. An index of another dimension, or a foreign value under one of its keys, is treated as empty.
 */
export type VectorIndex = {
  /** Returns entries, nearest first. Vectors whose entries no longer exist are skipped and removed. */
  nearest: (query: SemanticQuery) => Promise<SemanticEntry[]>
  /** Returns whether the vector can be found now; false if concurrent writers won every attempt. */
  add: (vector: NewVector) => Promise<boolean>
  drop: (scope: string, entryIds: readonly string[]) => Promise<void>
}

/** The layout of shared vectors: vector sets (Redis 8 and newer) or blocks. `unknown` if the server cannot be asked. */
type VectorEngine = 'vector-sets' | 'blocks' | 'unknown'

/**
 * Returns the vector engine of a server, for reports only. Lookups must not depend on it, because the scripts
 * detect the layout on the server. Never rejects.
 */
export async function findEngine(redis: Redis | Cluster): Promise<VectorEngine> {
  try {
    const commands = await redis.call('COMMAND', 'INFO', 'VADD', 'VSIM')
    if (!Array.isArray(commands) || commands.length !== 2) return 'unknown'
    return commands.every((command) => Array.isArray(command) && command.length > 0) ? 'vector-sets' : 'blocks'
  } catch {
    // Redis is down or its ACL forbids COMMAND. Only a report depends on the result.
    return 'unknown'
  }
}
