import { setTimeout as pause } from 'node:timers/promises'
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import { approximateTokens } from '@/lib/model/approximate-tokens'
import { questionToTitle } from '@/lib/model/title-prompt'
import { type OfflineMessage, offlineReply } from './offline-reply'
import { type OfflineResult, planToolStep } from './offline-tools'

/** Slow enough to see that the answer streams. */
const defaultWordDelayMs = 15

/**
 * Returns a model that needs no network, key or download. `wordDelayMs` is the pause between two words in milliseconds.
 * An aborted call rejects with the reason of the abort.
 */
export function createOfflineModel({ wordDelayMs = defaultWordDelayMs } = {}): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'offline',
    modelId: 'offline',
    supportedUrls: {},
    doGenerate: async (options) => {
      options.abortSignal?.throwIfAborted()
      const { words, calls, ...end } = generate(options)
      const text = words.length > 0 ? [{ type: 'text' as const, text: words.join('') }] : []
      return { content: [...text, ...calls], ...end, warnings: [] }
    },
    doStream: async (options) => {
      options.abortSignal?.throwIfAborted()
      return { stream: toStream(streamParts(options, wordDelayMs)) }
    },
  }
}

async function* streamParts(
  options: LanguageModelV4CallOptions,
  wordDelayMs: number,
): AsyncGenerator<LanguageModelV4StreamPart, void, undefined> {
  const { words, calls, ...end } = generate(options)
  yield { type: 'stream-start', warnings: [] }
  if (words.length > 0) yield { type: 'text-start', id: 'text' }
  for (const [index, delta] of words.entries()) {
    if (index > 0 && wordDelayMs > 0)
      await pause(wordDelayMs, undefined, options.abortSignal && { signal: options.abortSignal })
    options.abortSignal?.throwIfAborted()
    yield { type: 'text-delta', id: 'text', delta }
  }
  if (words.length > 0) yield { type: 'text-end', id: 'text' }
  for (const call of calls) {
    yield { type: 'tool-input-start', id: call.toolCallId, toolName: call.toolName }
    yield { type: 'tool-input-delta', id: call.toolCallId, delta: call.input }
    yield { type: 'tool-input-end', id: call.toolCallId }
    yield call
  }
  yield { type: 'finish', ...end }
}

/** Converts a generator to a stream that produces the next part only when its reader requests it. */
function toStream<Part>(parts: AsyncGenerator<Part, void, undefined>): ReadableStream<Part> {
  return new ReadableStream({
    pull: async (controller) => {
      const next = await parts.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    cancel: async () => void (await parts.return()),
  })
}

/** Returns the tool calls of this step, or the words of the reply with the white space around them, up to the limit. */
function generate(options: LanguageModelV4CallOptions): {
  words: string[]
  calls: LanguageModelV4ToolCall[]
  finishReason: LanguageModelV4FinishReason
  usage: LanguageModelV4Usage
} {
  const { prompt, maxOutputTokens } = options
  const { text, calls } = planStep(options)
  const all = text.match(/\s*\S+\s*/g) ?? []
  const words: string[] = []
  let characters = 0
  for (const word of all) {
    if (maxOutputTokens !== undefined && approximateTokens(characters + word.length) > maxOutputTokens) break
    characters += word.length
    words.push(word)
  }
  const reason = calls.length > 0 ? 'tool-calls' : words.length < all.length ? 'length' : 'stop'
  const input = approximateTokens(prompt.reduce((sum, message) => sum + textOf(message).length, 0))
  const output = approximateTokens(characters)
  return {
    words,
    calls,
    finishReason: { unified: reason, raw: reason },
    usage: {
      inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: undefined },
      outputTokens: { total: output, text: output, reasoning: undefined },
    },
  }
}

function planStep({ prompt, tools = [], toolChoice }: LanguageModelV4CallOptions): {
  text: string
  calls: LanguageModelV4ToolCall[]
} {
  const lastOf = (role: string) => prompt.findLast((message) => message.role === role)
  const [system, user] = [lastOf('system'), lastOf('user')]
  const questionOfTitle = system && user ? questionToTitle(textOf(system), textOf(user)) : null
  if (questionOfTitle !== null) return { text: offlineTitle(questionOfTitle), calls: [] }
  const results = toolResults(prompt.slice(prompt.findLastIndex(({ role }) => role === 'user') + 1))
  const offered = toolChoice?.type === 'none' ? [] : tools.map(({ name }) => name)
  const step = user ? planToolStep(textOf(user).trim(), results, offered) : null
  if (step === null) return { text: offlineReply(messagesOf(prompt)), calls: [] }
  if ('text' in step) return { text: step.text, calls: [] }
  const calls = step.calls.map(({ name, input }, index) => ({
    type: 'tool-call' as const,
    toolCallId: `offline-${results.length + index + 1}`,
    toolName: name,
    input: JSON.stringify(input),
  }))
  return { text: '', calls }
}

/** Returns the tool calls of these messages with their results. */
function toolResults(messages: LanguageModelV4Prompt): OfflineResult[] {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []))
  const results = messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
  return calls.flatMap((call): OfflineResult[] => {
    if (call.type !== 'tool-call') return []
    const result = results.find((one) => one.type === 'tool-result' && one.toolCallId === call.toolCallId)
    const { toolName: name, input } = call
    if (result?.type !== 'tool-result') return []
    const { output } = result
    if (output.type === 'json') return [{ name, input, output: output.value, error: null }]
    return [{ name, input, output: null, error: output.type === 'error-text' ? output.value : 'The tool failed.' }]
  })
}

const messagesOf = (prompt: LanguageModelV4Prompt): OfflineMessage[] =>
  prompt.flatMap((message) =>
    message.role === 'user' || message.role === 'assistant' ? [{ role: message.role, text: textOf(message) }] : [],
  )

function textOf({ content }: LanguageModelV4Prompt[number]): string {
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

const maxTitleLength = 50
/** The number of UTF-16 code units of the question that are read for its title. */
const maxReadLength = 1_000

/** Makes a title without a model: the first sentence of the question, shortened to whole words. */
export function offlineTitle(question: string): string {
  const sentence =
    question
      .trimStart()
      .slice(0, maxReadLength)
      .toWellFormed()
      .replace(/\s+/g, ' ')
      .trim()
      .split(/(?<=[.!?。！？])\s/u)[0] ?? ''
  const plain = sentence.replace(/[.!?。！？\s]+$/u, '')
  if (plain.length <= maxTitleLength) return plain
  const cut = plain.slice(0, maxTitleLength).toWellFormed()
  return `${cut.replace(/\s\S*$/, '')}…`
}
