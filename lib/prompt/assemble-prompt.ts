import type { ModelMessage } from 'ai'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { PromptPrefix } from './prompt-prefix'

type PromptMessage = { role: 'user' | 'assistant'; parts: readonly ChatPart[] }
export type Prompt = { instructions: string; messages: ModelMessage[] }

/**
 * Prefix, history, question, in this order and nothing between them: nothing that changes stands before something that
 * does not. A message's text is what goes in; reasoning, badges and errors stay out. An answer that failed before its
 * first word has nothing to say.
 */
export function assemblePrompt(
  prefix: PromptPrefix,
  history: readonly PromptMessage[],
  question: PromptMessage,
): Prompt {
  // Where the history was cut, an answer may have lost its question; a prompt begins with a question.
  const start = history.findIndex(({ role }) => role === 'user')
  const kept = start === -1 ? [] : history.slice(start)
  const messages = [...kept, question].flatMap(({ role, parts }): ModelMessage[] => {
    const content = textOf(parts)
    return content === '' ? [] : [{ role, content }]
  })
  return { instructions: prefix.instructions, messages }
}

/** The text parts of a message, joined as they are shown. */
export function textOf(parts: readonly ChatPart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}
