/*
 * The cache around an embedder, in pieces, because a turn asks Redis for several things in one tick and calls the embedder
 * only when it must: `addressEmbedding`, `findEmbedding` beside other look-ups, `embedText` where that found nothing, and
 * `rememberEmbedding` beside whatever is sent next. Redis may fail anywhere, and the embedding does not.
 */
import type { Cluster, Redis } from 'ioredis'
import { type EnvelopeAddress, openBytes, seal } from '@/lib/crypto/envelope'
import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'
import { reportTrouble } from '@/lib/redis/connect'
import { embeddingKey } from '@/lib/redis/keys'
import { checkedVector, type Embedder, findVectorFault, toInt8, type VectorFault, VectorRefused } from './embedder'

/** A text's place in the cache. */
export type EmbeddingAddress = {
  key: string
  /** Whose vector it is: from one a good guess at the text can be made, so it lies there sealed. */
  envelope: EnvelopeAddress
  /** Length of the vectors that may lie there, where it is known. */
  dimension: number | undefined
}

/** Why a text has no vector. `failed`: the embedder or what lies before it. */
export type EmbeddingFault = VectorFault | 'timeout' | 'failed'

export type Embedding = { vector: Float32Array; inputTokens: number } | { fault: EmbeddingFault }

/** How long a vector is kept. */
export const embeddingTtlMs = 30 * 24 * 60 * 60 * 1000

/**
 * Where the vector of a text lies. `owner` is `u:<hash of the user>`, and `s` only once the text is shared: under it
 * everybody could tell from the time an answer takes whether somebody has asked the same.
 */
export function addressEmbedding(keys: KeyRing, owner: string, embedder: Embedder, text: string): EmbeddingAddress {
  const { id, dimension } = embedder
  const key = embeddingKey(owner, keyedHash(keys, 'embedding', owner, id, `${dimension ?? ''}`, text))
  return { key, envelope: { userId: owner, scope: 'embedding', entryId: key }, dimension }
}

/** The vector that lies there, of length 1, or null: for nothing, for anything else, and without a Redis that answers. */
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

/** Asks the embedder, for at most `timeoutMs`. Never rejects: without a vector a turn goes on, with its reason. */
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

/** Keeps a vector for 30 days, over whatever lay there. Best effort: it never rejects, and nobody has to wait for it. */
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
