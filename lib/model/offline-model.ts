import { setTimeout as pause } from 'node:timers/promises'
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import { approximateTokens } from './approximate-tokens'
import { type OfflineMessage, offlineReply } from './offline-reply'
import { offlineTitle } from './offline-title'
import { questionToTitle } from './title-prompt'

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
      const { words, ...end } = write(options)
      return { content: [{ type: 'text', text: words.join('') }], ...end, warnings: [] }
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
  const { words, ...end } = write(options)
  yield { type: 'stream-start', warnings: [] }
  yield { type: 'text-start', id: 'text' }
  for (const [index, delta] of words.entries()) {
    if (index > 0 && wordDelayMs > 0)
      await pause(wordDelayMs, undefined, options.abortSignal && { signal: options.abortSignal })
    options.abortSignal?.throwIfAborted()
    yield { type: 'text-delta', id: 'text', delta }
  }
  yield { type: 'text-end', id: 'text' }
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

/** The reply in words with the white space after them, within the limit that was asked for. */
function write({ prompt, maxOutputTokens }: LanguageModelV4CallOptions): {
  words: string[]
  finishReason: LanguageModelV4FinishReason
  usage: LanguageModelV4Usage
} {
  const all = replyTo(prompt).match(/\s*\S+\s*/g) ?? []
  const words: string[] = []
  let characters = 0
  for (const word of all) {
    if (maxOutputTokens !== undefined && approximateTokens(characters + word.length) > maxOutputTokens) break
    characters += word.length
    words.push(word)
  }
  const reason = words.length < all.length ? 'length' : 'stop'
  const input = approximateTokens(prompt.reduce((sum, message) => sum + textOf(message).length, 0))
  const output = approximateTokens(characters)
  return {
    words,
    finishReason: { unified: reason, raw: reason },
    usage: {
      inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: undefined },
      outputTokens: { total: output, text: output, reasoning: undefined },
    },
  }
}

function replyTo(prompt: LanguageModelV4Prompt): string {
  const said = (role: string) => prompt.findLast((message) => message.role === role)
  const [system, user] = [said('system'), said('user')]
  const question = system && user ? questionToTitle(textOf(system), textOf(user)) : null
  return question === null ? offlineReply(messagesOf(prompt)) : offlineTitle(question)
}

const messagesOf = (prompt: LanguageModelV4Prompt): OfflineMessage[] =>
  prompt.flatMap((message) =>
    message.role === 'user' || message.role === 'assistant' ? [{ role: message.role, text: textOf(message) }] : [],
  )

function textOf({ content }: LanguageModelV4Prompt[number]): string {
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
