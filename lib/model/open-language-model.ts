import type { LanguageModelV4 } from '@ai-sdk/provider'
import { cleanStream, type StreamDialect } from './clean-stream'
import { completionDialect } from './completion-dialect'
import { isObject } from './is-object'
import type { ModelSettings } from './model-catalog'
import { parseModelId } from './model-facts'
import { openStreamNotes, recordSkipped, type StreamNotes } from './stream-notes'

const openaiUrl = 'https://api.openai.com/v1'

/**
 * Opens a model. Only the package of its provider is imported, because the others would slow down every cold start.
 * `notes` collects observations about the stream of one call.
 */
export async function openLanguageModel(
  env: ModelSettings,
  id: string,
  notes: StreamNotes = openStreamNotes(),
): Promise<LanguageModelV4> {
  const { provider, name } = parseModelId(id)
  switch (provider) {
    case 'offline': {
      const { createOfflineModel } = await import('./offline-model/offline-model')
      return createOfflineModel()
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      const fetch = fetchClean(anthropicDialect, notes)
      return createAnthropic({ ...optionalKey(env.ANTHROPIC_API_KEY), fetch })(name)
    }
    case 'gateway': {
      const { createGateway } = await import('ai')
      return createGateway(optionalKey(env.AI_GATEWAY_API_KEY))(name)
    }
    case 'openai': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const baseURL = env.OPENAI_BASE_URL ?? openaiUrl
      return createOpenAICompatible({
        name: 'openai',
        baseURL,
        ...optionalKey(env.OPENAI_API_KEY),
        includeUsage: true,
        fetch: fetchClean(completionDialect, notes),
        ...(isOpenaiItself(baseURL) && { transformRequestBody: nameOutputLimit }),
      })(name)
    }
  }
}

/** Returns a `fetch` for one provider. The body of a successful response is a stream that the SDK can parse. */
const fetchClean =
  (dialect: (notes: StreamNotes) => StreamDialect, notes: StreamNotes): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init)
    if (!response.ok || !response.body) return response
    const body = cleanStream(response.body, dialect(notes), notes, init?.signal ?? null)
    // A new Response would copy the headers, which takes longer than the rest of this function.
    return Object.defineProperty(response, 'body', { value: body })
  }

const optionalKey = (apiKey: string | undefined) => (apiKey === undefined ? {} : { apiKey })

/** Whether requests are sent to OpenAI itself. Compatible servers may reject parameters that only OpenAI supports. */
export const isOpenaiItself = (baseURL: string = openaiUrl) => new URL(baseURL).hostname === new URL(openaiUrl).hostname

/** Renames `max_tokens`, which OpenAI's reasoning models reject. Most other servers support only that name. */
function nameOutputLimit({ max_tokens, ...body }: Record<string, unknown>): Record<string, unknown> {
  return { ...body, max_completion_tokens: max_tokens }
}

const knownAnthropicEvents: readonly unknown[] = [
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
  'error',
]

/**
 * Reads Anthropic's stream. Known events are passed on unchanged because the SDK handles them. Unknown kinds of events
 * are skipped, and a stream that ends after its stop reason is completed.
 */
export function anthropicDialect(notes: StreamNotes): StreamDialect {
  let hasStopped = false
  return {
    read: (value) => {
      const { type, delta } = value
      if (!knownAnthropicEvents.includes(type) || (notes.hasEnded && type === 'error')) {
        recordSkipped(notes, notes.hasEnded ? 'after_end' : 'unreadable')
        return null
      }
      hasStopped ||= type === 'message_stop'
      if (type === 'message_delta' && isObject(delta) && typeof delta.stop_reason === 'string') notes.hasEnded = true
      return { data: JSON.stringify(value), isFatal: false }
    },
    end: () => (notes.hasEnded && !hasStopped ? JSON.stringify({ type: 'message_stop' }) : null),
  }
}

/** Optional parameters of a call. If one is missing, the provider's default applies. */
export type CallSettings = {
  /** The default is the limit of the model, which this value must not exceed. */
  maxOutputTokens?: number
  temperature?: number
  topP?: number
  presencePenalty?: number
  frequencyPenalty?: number
  seed?: number
  stopSequences?: string[]
}
