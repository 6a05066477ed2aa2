import type { EmbeddingModelV4 } from '@ai-sdk/provider'
import type { Environment } from '@/lib/env'
import { parseModelId } from '@/lib/model/model-facts'
import { checkedVector, type Embedder, type EmbedOptions, VectorRefused } from './embedder'
import { createLocalEmbedder } from './local-embedder'

export type EmbedderSettings = Pick<
  Environment,
  'EMBEDDING_MODEL' | 'ANSWER_CACHE_THRESHOLD' | 'OPENAI_BASE_URL' | 'OPENAI_API_KEY' | 'AI_GATEWAY_API_KEY'
>

/**
 * The similarity threshold if `ANSWER_CACHE_THRESHOLD` is not set. It is low because it only selects candidates, which
 * the match guard then checks. On 6,542 pairs with a small local model, the guard accepts
 * no near miss with 0.5 or 0.8, while cosine alone accepts 98 % and 60 % of them. With 0.5, it finds 15 % more
 * paraphrases.
 */
export const defaultSimilarityThreshold = 0.5

/**
 * Returns the embedder of these settings, or null if EMBEDDING_MODEL is `none`, which is the default. The embedder
 * connects and loads only when it is used. Throws, with a message for the operator, if a local model does not exist.
 */
export function connectEmbedder(env: EmbedderSettings): Embedder | null {
  const { EMBEDDING_MODEL: model, ANSWER_CACHE_THRESHOLD: similarityThreshold = defaultSimilarityThreshold } = env
  if (model === 'none') return null
  if (model.startsWith('local:'))
    return createLocalEmbedder({ model: model.slice('local:'.length), similarityThreshold })
  const { provider, name } = parseModelId(model)
  switch (provider) {
    case 'openai':
      return createApiEmbedder({ id: embedderId(env, model), similarityThreshold }, async () => {
        const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
        const { OPENAI_BASE_URL: baseURL = 'https://api.openai.com/v1', OPENAI_API_KEY: apiKey } = env
        return createOpenAICompatible({ name: 'openai', baseURL, ...(apiKey && { apiKey }) }).embeddingModel(name)
      })
    case 'gateway':
      return createApiEmbedder({ id: model, similarityThreshold }, async () => {
        const { createGateway } = await import('ai')
        return createGateway(env.AI_GATEWAY_API_KEY ? { apiKey: env.AI_GATEWAY_API_KEY } : {}).embeddingModel(name)
      })
    case 'anthropic':
    case 'offline':
      throw new Error(`EMBEDDING_MODEL: ${provider} has no embedding models`)
  }
}

/** Includes the server, because a name like `default` can mean different models on two servers. */
const embedderId = ({ OPENAI_BASE_URL: baseURL }: EmbedderSettings, model: string) =>
  baseURL ? `${new URL(baseURL).host}:${model}` : model

/**
 * Returns an embedder that calls an API. A call is not retried, because the turn will continue without a vector after a
 * few hundred milliseconds. `open` is called for each embedding. It imports a package, which Node caches.
 */
function createApiEmbedder(
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
      // Some servers do not report tokens, and NaN would make every sum NaN.
      if (Number.isFinite(usage.tokens)) onTokens?.(usage.tokens)
      if (embeddings.length !== texts.length) throw new VectorRefused('wrong_length')
      return embeddings.map((embedding) => checkedVector(embedding, embeddings[0]?.length))
    },
  })
}
