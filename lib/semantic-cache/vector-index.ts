import type { Cluster, Redis } from 'ioredis'

/** Which entries to look for: those of a scope whose vectors are nearest to this one. */
export type SemanticQuery = {
  scope: string
  /** Of any length but zero; compared by direction. */
  vector: Float32Array
  /** Cosine similarity, -1 to 1, below which nothing is handed over. */
  atLeast: number
  /** At most so many entries. */
  limit: number
}

export type SemanticEntry = {
  entryId: string
  /** Cosine similarity, 1 for the same direction; from vectors of one byte per dimension, so good to about 0.01. */
  similarity: number
  payload: Buffer
  /** What is left of its life, by the clock of Redis. */
  ttlLeftMs: number
}

export type NewVector = {
  scope: string
  /** Of the entry that the vector finds. All ids of a scope have one length. */
  entryId: string
  vector: Float32Array
  /** That of the entry. */
  ttlMs: number
}

/**
 * Finds entries by their vectors, one scope at a time. Every call ends within 150 ms. It rejects with `VectorRefused`
 * for what is no direction, before anything is sent, and with what Redis or the connection says. An index of another
 * dimension, or whatever else lies under its keys, is as good as none.
 */
export type VectorIndex = {
  /** Nearest first. Entries that are gone are not among them, and their vectors go on the way. */
  nearest: (query: SemanticQuery) => Promise<SemanticEntry[]>
  /** Says whether the vector can be found now: false when others wrote to the index all the while. */
  add: (vector: NewVector) => Promise<boolean>
  drop: (scope: string, entryIds: readonly string[]) => Promise<void>
}

/** How the vectors of shared scopes lie: in vector sets (Redis 8 and newer), or in blocks; `unknown` if it does not say. */
export type VectorEngine = 'vector-sets' | 'blocks' | 'unknown'

/**
 * Asks the server which engine its shared scopes get, for reports and never for a look-up: the scripts find it out by
 * themselves, where the data lies. Never rejects.
 */
export async function findEngine(redis: Redis | Cluster): Promise<VectorEngine> {
  try {
    const commands = await redis.call('COMMAND', 'INFO', 'VADD', 'VSIM')
    if (!Array.isArray(commands) || commands.length !== 2) return 'unknown'
    return commands.every((command) => Array.isArray(command) && command.length > 0) ? 'vector-sets' : 'blocks'
  } catch {
    // Away, or an operator who forbids COMMAND: nothing depends on the answer.
    return 'unknown'
  }
}
