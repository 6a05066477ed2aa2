import type { TokenUsage } from '@/lib/contract/ui-message'

/** OpenAI's reasons for the end of an answer. */
export type FinishReason = 'stop' | 'length' | 'content_filter'

/** The fields that all objects of one completion share. */
export type CompletionFrame = {
  id: string
  /** Unix time in seconds. */
  created: number
  model: string
}

/** `reasoning_content` is not in OpenAI's reference, but servers of open models and their clients use this name. */
type Delta = { role?: 'assistant'; content?: string; reasoning_content?: string }

/** Returns a `chat.completion` object. */
export function chatCompletion(
  frame: CompletionFrame,
  answer: { text: string; reasoning: string; finishReason: FinishReason; usage: TokenUsage | null },
) {
  const reasoning = answer.reasoning === '' ? {} : { reasoning_content: answer.reasoning }
  const message = { role: 'assistant', content: answer.text, ...reasoning, refusal: null }
  return {
    ...frame,
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason: answer.finishReason }],
    ...(answer.usage && { usage: usageOf(answer.usage) }),
  }
}

/** Returns a `chat.completion.chunk` object. */
export function completionChunk(frame: CompletionFrame, delta: Delta, finishReason: FinishReason | null = null) {
  return {
    ...frame,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  }
}

/** Returns the last chunk of a stream, which contains only the usage. */
export function usageChunk(frame: CompletionFrame, usage: TokenUsage | null) {
  return { ...frame, object: 'chat.completion.chunk', choices: [], usage: usage && usageOf(usage) }
}

function usageOf({ inputTokens, cachedInputTokens, outputTokens }: TokenUsage) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens },
  }
}
