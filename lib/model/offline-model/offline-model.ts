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

/** The pace of somebody who types very fast: slow enough to see that it streams. */
const naturalWordDelayMs = 15

/**
 * A model that needs nothing: no network, no key, no download. `wordDelayMs` is the pause before every word but the
 * first, in milliseconds; 0 for none. Ends with the abort's reason when the call is aborted.
 */
export function createOfflineModel({ wordDelayMs = naturalWordDelayMs } = {}): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'offline',
    modelId: 'offline',
    supportedUrls: {},
    doGenerate: async (options) => {
      options.abortSignal?.throwIfAborted()
      const { words, calls, ...end } = write(options)
      const text = words.length > 0 ? [{ type: 'text' as const, text: words.join('') }] : []
      return { content: [...text, ...calls], ...end, warnings: [] }
    },
    doStream: async (options) => {
      options.abortSignal?.throwIfAborted()
      return { stream: streamOf(speak(options, wordDelayMs)) }
    },
  }
}

async function* speak(
  options: LanguageModelV4CallOptions,
  wordDelayMs: number,
): AsyncGenerator<LanguageModelV4StreamPart, void, undefined> {
  const { words, calls, ...end } = write(options)
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

/** A stream that asks for the next part when its reader does. */
function streamOf<Part>(parts: AsyncGenerator<Part, void, undefined>): ReadableStream<Part> {
  return new ReadableStream({
    pull: async (controller) => {
      const next = await parts.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    cancel: async () => void (await parts.return()),
  })
}

/** The calls of this step; or the reply in words with the white space after them, within the limit that was asked for. */
function write(options: LanguageModelV4CallOptions): {
  words: string[]
  calls: LanguageModelV4ToolCall[]
  finishReason: LanguageModelV4FinishReason
  usage: LanguageModelV4Usage
} {
  const { prompt, maxOutputTokens } = options
  const { text, calls } = stepFor(options)
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

function stepFor({ prompt, tools = [], toolChoice }: LanguageModelV4CallOptions): {
  text: string
  calls: LanguageModelV4ToolCall[]
} {
  const said = (role: string) => prompt.findLast((message) => message.role === role)
  const [system, user] = [said('system'), said('user')]
  const titled = system && user ? questionToTitle(textOf(system), textOf(user)) : null
  if (titled !== null) return { text: offlineTitle(titled), calls: [] }
  const results = resultsIn(prompt.slice(prompt.findLastIndex(({ role }) => role === 'user') + 1))
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

/** The calls of these messages with what came of them. */
function resultsIn(messages: LanguageModelV4Prompt): OfflineResult[] {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []))
  const results = messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
  return calls.flatMap((call): OfflineResult[] => {
    if (call.type !== 'tool-call') return []
    const result = results.find((one) => one.type === 'tool-result' && one.toolCallId === call.toolCallId)
    const { toolName: name, input } = call
    if (result?.type !== 'tool-result') return []
    const { output } = result
    if (output.type === 'json') return [{ name, input, output: output.value, error: null }]
    return [{ name, input, output: null, error: output.type === 'error-text' ? output.value : 'It did not work.' }]
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

const mostCharacters = 50
/** UTF-16 units of the question that are looked at. */
const maxLookedAt = 1_000

/** A title without a model: the first sentence of the question, as many whole words of it as fit. */
export function offlineTitle(question: string): string {
  const sentence =
    question
      .trimStart()
      .slice(0, maxLookedAt)
      .toWellFormed()
      .replace(/\s+/g, ' ')
      .trim()
      .split(/(?<=[.!?。！？])\s/u)[0] ?? ''
  const plain = sentence.replace(/[.!?。！？\s]+$/u, '')
  if (plain.length <= mostCharacters) return plain
  const cut = plain.slice(0, mostCharacters).toWellFormed()
  return `${cut.replace(/\s\S*$/, '')}…`
}
