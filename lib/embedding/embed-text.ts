/*
 * The cache around an embedder. Its steps are separate functions, because a turn sends several Redis commands in one
 * tick and calls the embedder only if it must: `addressEmbedding`, `findEmbedding` together with other lookups,
 * `embedText` if nothing was found, and `rememberEmbedding` together with the next commands. A failure of Redis must
 * not fail a turn.
 */
import type { Cluster, Redis } from 'ioredis'
import { type EnvelopeAddress, openBytes, seal } from '@/lib/crypto/envelope'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import { reportTrouble } from '@/lib/redis/connect'
import { embeddingKey } from '@/lib/redis/keys'
import { checkedVector, type Embedder, findVectorFault, toInt8, type VectorFault, VectorRefused } from './embedder'

/** The location of a text's vector in the cache. */
export type EmbeddingAddress = {
  key: string
  /** The owner of the encrypted vector. Vectors are encrypted because their text can be guessed from them. */
  envelope: EnvelopeAddress
  /** The expected length of the vector, if it is known. */
  dimension: number | undefined
}

/** Why a text has no vector. `failed`: the embedder failed or could not be reached. */
export type EmbeddingFault = VectorFault | 'timeout' | 'failed'

type Embedding = { vector: Float32Array; inputTokens: number } | { fault: EmbeddingFault }

export const embeddingTtlMs = 30 * 24 * 60 * 60 * 1000

/**
 * Returns the cache address of a text. `owner` must be `u:<hash of the user>` unless the text is shared, in which
 * case it is `s`. If private texts had the owner `s`, the time of an answer would reveal that another user has asked
 * the same.
 */
export function addressEmbedding(keys: KeyRing, owner: string, embedder: Embedder, text: string): EmbeddingAddress {
  const { id, dimension } = embedder
  const key = embeddingKey(owner, keyedHash(keys, 'embedding', owner, id, `${dimension ?? ''}`, text))
  return { key, envelope: { userId: owner, scope: 'embedding', entryId: key }, dimension }
}

/** Returns the stored vector, of length 1. Null if there is none, if the value is invalid, or if Redis fails. */
export async function findEmbedding(
  redis: Redis | Cluster,
  keys: KeyRing,
  { key, envelope, dimension }: EmbeddingAddress,
): Promise<Float32Array | null> {
  try {
    const sealed = await redis.getBuffer(key)
    const bytes = sealed && openBytes(keys, envelope, sealed)
    if (bytes === null) return null
    const vector = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    return findVectorFault(vector, dimension) ? null : checkedVector(vector)
  } catch (error) {
    reportTrouble(redis, error)
    return null
  }
}

/** Embeds a text within `timeoutMs`. Never rejects, because a turn continues without a vector. */
export async function embedText(
  embedder: Embedder,
  text: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<Embedding> {
  const timeout = AbortSignal.timeout(timeoutMs)
  let inputTokens = 0
  try {
    const [vector] = await embedder.embed([text], {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      onTokens: (tokens) => {
        inputTokens += tokens
      },
    })
    return vector ? { vector: checkedVector(vector, embedder.dimension), inputTokens } : { fault: 'wrong_length' }
  } catch (error) {
    if (error instanceof VectorRefused) return { fault: error.fault }
    return { fault: timeout.aborted ? 'timeout' : 'failed' }
  }
}

/** Stores a vector for 30 days and replaces any other value. Never rejects, so the caller does not have to wait. */
export async function rememberEmbedding(
  redis: Redis | Cluster,
  keys: KeyRing,
  { key, envelope }: EmbeddingAddress,
  vector: Float32Array,
): Promise<void> {
  const { buffer, byteOffset, byteLength } = toInt8(vector)
  try {
    const sealed = seal(keys, envelope, Buffer.from(buffer, byteOffset, byteLength))
    await redis.set(key, sealed, 'PX', embeddingTtlMs)
  } catch (error) {
    reportTrouble(redis, error)
  }
}
