import { z } from 'zod'
import type { CallSettings } from '@/lib/model/open-language-model'

/** What one side said; its texts as they came, one after the other. */
export type SpokenMessage = { role: 'user' | 'assistant'; texts: string[] }

/** A request for a chat completion, as far as we can answer it. */
export type CompletionRequest = {
  model: string
  /** What system and developer messages say, wherever they stood. */
  system: string[]
  history: SpokenMessage[]
  /** What the last message asks. */
  question: string[]
  settings: CallSettings
  stream: boolean
  /** Whether the stream ends with what it took. */
  includeUsage: boolean
}

/** A field that may be there as long as it asks for nothing. */
const nothing = (words: string) => z.array(z.unknown()).max(0, words).nullish()
/** A field that changes nothing of an answer. */
const ignored = z.unknown().optional()

/** Checks the length before the elements, because each invalid element costs more than a valid one. */
const atMost = (count: number) => z.array(z.unknown()).max(count)

const textPart = z.object({ type: z.literal('text', 'only text is read here'), text: z.string() })
const texts = z.union(
  [
    z.string().transform((text) => [text]),
    atMost(1_000)
      .pipe(z.array(textPart))
      .transform((parts) => parts.map(({ text }) => text)),
  ],
  'must be a text, or parts of type text',
)
const name = z.string().optional()

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer']), content: texts, name }),
  z.strictObject({ role: z.literal('user'), content: texts, name }),
  // What a model said comes back with more than its text; what of that is empty, or about the text alone, is let be.
  z.strictObject({
    role: z.literal('assistant'),
    content: texts.nullish().transform((content) => content ?? []),
    tool_calls: nothing('tools are not available here'),
    function_call: z.null('tools are not available here').optional(),
    refusal: ignored,
    annotations: ignored,
    audio: z.null().optional(),
    name,
  }),
])

/**
 * The body of `POST /v1/chat/completions`. What would change the meaning of an answer and is not ours to give is refused
 * and not left out: tools, images, several choices, a format, probabilities. So is every field that nobody knows.
 */
export const completionRequest = z
  .strictObject({
    model: z.string().min(1).max(200),
    messages: atMost(2_000).pipe(z.array(message).min(1)),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    seed: z.int().nullish(),
    stop: z.union([z.string().transform((text) => [text]), z.array(z.string()).max(4)]).nullish(),
    max_tokens: z.int().min(1).nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    n: z.literal(1, 'there is one choice here').nullish(),
    tools: nothing('tools are not available here'),
    functions: nothing('tools are not available here'),
    tool_choice: z.enum(['none', 'auto'], 'tools are not available here').nullish(),
    function_call: z.enum(['none', 'auto'], 'tools are not available here').nullish(),
    response_format: z.object({ type: z.literal('text', 'only text is written here') }).nullish(),
    modalities: z.array(z.literal('text', 'only text is written here')).nullish(),
    logprobs: z.literal(false, 'there are no probabilities here').nullish(),
    top_logprobs: z.literal(0, 'there are no probabilities here').nullish(),
    logit_bias: z.record(z.string(), z.never('no token can be preferred here')).nullish(),
    metadata: ignored,
    parallel_tool_calls: ignored,
    prediction: ignored,
    prompt_cache_key: ignored,
    prompt_cache_retention: ignored,
    reasoning_effort: ignored,
    safety_identifier: ignored,
    service_tier: ignored,
    store: ignored,
    user: ignored,
    verbosity: ignored,
  })
  .transform((body, context): CompletionRequest => {
    const spoken = body.messages.flatMap((one): SpokenMessage[] =>
      one.role === 'user' || one.role === 'assistant' ? [{ role: one.role, texts: one.content }] : [],
    )
    const last = spoken.at(-1)
    if (last?.role !== 'user' || last.texts.join('').trim() === '') {
      context.addIssue({ code: 'custom', path: ['messages'], message: 'must end with a question of the user' })
      return z.NEVER
    }
    return {
      model: body.model,
      system: body.messages.flatMap((one) =>
        one.role === 'system' || one.role === 'developer' ? [one.content.join('\n\n')] : [],
      ),
      history: spoken.slice(0, -1),
      question: last.texts,
      settings: settingsOf(body),
      stream: body.stream ?? false,
      includeUsage: body.stream_options?.include_usage ?? false,
    }
  })

type Settings = {
  [Name in
    | 'temperature'
    | 'top_p'
    | 'presence_penalty'
    | 'frequency_penalty'
    | 'seed'
    | 'max_tokens'
    | 'max_completion_tokens']?: number | null | undefined
} & { stop?: string[] | null | undefined }

/** Those that were given, and no others. */
function settingsOf(body: Settings): CallSettings {
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens ?? null
  const { temperature, top_p: topP, presence_penalty: presence, frequency_penalty: frequency, seed, stop } = body
  return {
    ...(maxOutputTokens !== null && { maxOutputTokens }),
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof topP === 'number' && { topP }),
    ...(typeof presence === 'number' && { presencePenalty: presence }),
    ...(typeof frequency === 'number' && { frequencyPenalty: frequency }),
    ...(typeof seed === 'number' && { seed }),
    ...(stop && stop.length > 0 && { stopSequences: stop }),
  }
}
