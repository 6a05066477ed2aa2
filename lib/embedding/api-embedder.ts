import type { EmbeddingModelV4 } from '@ai-sdk/provider'
import { checkedVector, VectorRefused } from './checked-vector'
import type { Embedder, EmbedOptions } from './embedder'

/**
 * An embedder behind an API. Nothing is tried twice: its caller has a few hundred milliseconds, after which the turn goes
 * on without it. `open` is called for each embedding; it imports a package, which the process keeps.
 */
export function createApiEmbedder(
  facts: Pick<Embedder, 'id' | 'similarityThreshold'>,
  open: () => Promise<EmbeddingModelV4>,
): Embedder {
  return Object.freeze({
    ...facts,
    embed: async (texts: readonly string[], { signal, onTokens }: EmbedOptions = {}) => {
      const [{ embedMany }, model] = await Promise.all([import('ai'), open()])
      const { embeddings, usage } = await embedMany({
        model,
        values: [...texts],
        maxRetries: 0,
        ...(signal && { abortSignal: signal }),
      })
      // Some servers do not count; NaN would spoil every sum.
      if (Number.isFinite(usage.tokens)) onTokens?.(usage.tokens)
      if (embeddings.length !== texts.length) throw new VectorRefused('wrong_length')
      return embeddings.map((embedding) => checkedVector(embedding, embeddings[0]?.length))
    },
  })
}
