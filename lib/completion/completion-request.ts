import { z } from 'zod'
import type { CallSettings } from '@/lib/model/open-language-model'

/** A message of the user or the model, with its text parts in order. */
type DialogMessage = { role: 'user' | 'assistant'; texts: string[] }

/** The supported fields of a chat completion request. */
export type CompletionRequest = {
  model: string
  /** Texts of all system and developer messages, regardless of their position. */
  system: string[]
  history: DialogMessage[]
  /** Text parts of the last message. */
  question: string[]
  settings: CallSettings
  stream: boolean
  /** Whether the stream should end with a usage chunk. */
  includeUsage: boolean
}

/** Accepts a field only if it is empty. */
const unsupported = (error: string) => z.array(z.unknown()).max(0, error).nullish()
/** Accepts a field that does not affect the answer. */
const ignored = z.unknown().optional()

/** Checks the length before the elements, because each invalid element costs more than a valid one. */
const atMost = (count: number) => z.array(z.unknown()).max(count)

const textPart = z.object({ type: z.literal('text', 'only text is supported'), text: z.string() })
const texts = z.union(
  [
    z.string().transform((text) => [text]),
    atMost(1_000)
      .pipe(z.array(textPart))
      .transform((parts) => parts.map(({ text }) => text)),
  ],
  'must be a string or an array of text parts',
)
const name = z.string().optional()

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer']), content: texts, name }),
  z.strictObject({ role: z.literal('user'), content: texts, name }),
  // Clients send assistant messages back with all their fields. Empty fields and those that only annotate the text
  // are accepted.
  z.strictObject({
    role: z.literal('assistant'),
    content: texts.nullish().transform((content) => content ?? []),
    tool_calls: unsupported('tools are not supported'),
    function_call: z.null('tools are not supported').optional(),
    refusal: ignored,
    annotations: ignored,
    audio: z.null().optional(),
    name,
  }),
])

/**
 * The body of `POST /v1/chat/completions`. Unsupported features that would change the meaning of an answer (tools,
 * images, several choices, output formats, log probabilities) must be rejected instead of ignored, and so must
 * unknown fields.
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
    n: z.literal(1, 'only one choice is supported').nullish(),
    tools: unsupported('tools are not supported'),
    functions: unsupported('tools are not supported'),
    tool_choice: z.enum(['none', 'auto'], 'tools are not supported').nullish(),
    function_call: z.enum(['none', 'auto'], 'tools are not supported').nullish(),
    response_format: z.object({ type: z.literal('text', 'only text is supported') }).nullish(),
    modalities: z.array(z.literal('text', 'only text is supported')).nullish(),
    logprobs: z.literal(false, 'log probabilities are not supported').nullish(),
    top_logprobs: z.literal(0, 'log probabilities are not supported').nullish(),
    logit_bias: z.record(z.string(), z.never('logit bias is not supported')).nullish(),
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
    const dialog = body.messages.flatMap((one): DialogMessage[] =>
      one.role === 'user' || one.role === 'assistant' ? [{ role: one.role, texts: one.content }] : [],
    )
    const last = dialog.at(-1)
    if (last?.role !== 'user' || last.texts.join('').trim() === '') {
      context.addIssue({
        code: 'custom',
        path: ['messages'],
        message: 'must end with a user message that contains text',
      })
      return z.NEVER
    }
    return {
      model: body.model,
      system: body.messages.flatMap((one) =>
        one.role === 'system' || one.role === 'developer' ? [one.content.join('\n\n')] : [],
      ),
      history: dialog.slice(0, -1),
      question: last.texts,
      settings: readSettings(body),
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

/** Returns only the settings that the request contains. */
function readSettings(body: Settings): CallSettings {
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
