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
 * Where nothing was measured, in the app and in `cache:evaluate`. Low, because it only says what is looked at: the match
 * guard decides. On 6,542 pairs with a small local model 0.5 takes no more near misses for the same than 0.8 (none), where
 * cosine alone takes 98 % and 60 % of them, and finds 15 % more of what is the same. It is where `cache:calibrate` begins.
 */
export const defaultSimilarityThreshold = 0.5

/**
 * The embedder of these settings; null where there is none (EMBEDDING_MODEL=none, the default). Connects to nothing and
 * loads nothing, `load` does. Throws for a local model that is not there, with a message made for the operator.
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

/** One name can mean two models at two servers (`default`, `nomic-embed-text`), so the server is part of it. */
const embedderId = ({ OPENAI_BASE_URL: baseURL }: EmbedderSettings, model: string) =>
  baseURL ? `${new URL(baseURL).host}:${model}` : model

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
