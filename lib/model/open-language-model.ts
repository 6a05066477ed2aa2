import type { LanguageModelV4 } from '@ai-sdk/provider'
import { cleanStream, type StreamDialect } from './clean-stream'
import { completionDialect } from './completion-dialect'
import { isObject } from './is-object'
import type { ModelSettings } from './model-catalog'
import { openStreamNotes, recordSkipped, type StreamNotes } from './model-chunk'
import { parseModelId } from './model-facts'

const openaiUrl = 'https://api.openai.com/v1'

/**
 * others would only make every cold start slower. `notes` collects observations about the stream of one call.
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
      return createAnthropic({ ...given({ apiKey: env.ANTHROPIC_API_KEY }), fetch })(name)
    }
    case 'gateway': {
      const { createGateway } = await import('ai')
      return createGateway(given({ apiKey: env.AI_GATEWAY_API_KEY }))(name)
    }
    case 'openai': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const baseURL = env.OPENAI_BASE_URL ?? openaiUrl
      return createOpenAICompatible({
        name: 'openai',
        baseURL,
        ...given({ apiKey: env.OPENAI_API_KEY }),
        includeUsage: true,
        fetch: fetchClean(completionDialect, notes),
        ...(isOpenaiItself(baseURL) && { transformRequestBody: nameOutputLimit }),
      })(name)
    }
  }
}

/** `fetch` for one provider: a successful response has a stream that the SDK can parse. */
const fetchClean =
  (dialect: (notes: StreamNotes) => StreamDialect, notes: StreamNotes): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init)
    if (!response.ok || !response.body) return response
    const body = cleanStream(response.body, dialect(notes), notes, init?.signal ?? null)
    // A new Response would copy the headers, which takes longer than the rest of this function.
    return Object.defineProperty(response, 'body', { value: body })
  }

const given = ({ apiKey }: { apiKey: string | undefined }) => (apiKey === undefined ? {} : { apiKey })

/** Servers that only speak its language may refuse what only OpenAI knows. */
export const isOpenaiItself = (baseURL: string = openaiUrl) => new URL(baseURL).hostname === new URL(openaiUrl).hostname

/** OpenAI's reasoning models refuse `max_tokens`, and most other servers know only that. */
function nameOutputLimit({ max_tokens, ...body }: Record<string, unknown>): Record<string, unknown> {
  return { ...body, max_completion_tokens: max_tokens }
}

/**
 * Anthropic's stream. Its known events are passed on unchanged, because the SDK handles them. Unknown kinds of events
 * are skipped, and a stream that ends after its stop reason is completed.
 */
const knownEvents: readonly unknown[] = [
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
  'error',
]

export function anthropicDialect(notes: StreamNotes): StreamDialect {
  let hasStopped = false
  return {
    read: (value) => {
      const { type, delta } = value
      if (!knownEvents.includes(type) || (notes.hasEnded && type === 'error')) {
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

/** What a caller may ask of a model besides an answer. Whatever is left out is the provider's own default. */
export type CallSettings = {
  /** The model's own limit holds too. */
  maxOutputTokens?: number
  temperature?: number
  topP?: number
  presencePenalty?: number
  frequencyPenalty?: number
  seed?: number
  stopSequences?: string[]
}
