import type { ModelMessage } from 'ai'
import type { ChatPart } from '@/lib/contract/ui-message'
import { answerMessages, endsWithCalls } from './answer-messages'
import { messageContent, textOf } from './message-content'
import type { PromptPrefix } from './prompt-prefix'

type PromptMessage = { role: 'user' | 'assistant'; parts: readonly ChatPart[] }
export type Prompt = { instructions: string; messages: ModelMessage[] }

/**
 * Prefix, history, question, in this order and nothing between them: nothing that changes stands before something that
 * does not. An answer that failed before its first word has nothing to say. What there is of this answer goes last: where
 * it has come to calls of tools, the model goes on from their results; where its text was broken off, with the wish that
 * it be finished, since few models go on by themselves from a text that is put into their mouth.
 */
export function assemblePrompt(
  prefix: PromptPrefix,
  history: readonly PromptMessage[],
  question: readonly ChatPart[],
  beginning: readonly ChatPart[],
): Prompt {
  // Where the history was cut, an answer may have lost its question; a prompt begins with a question.
  const start = history.findIndex(({ role }) => role === 'user')
  const kept = start === -1 ? [] : history.slice(start)
  const asked: PromptMessage[] = [...kept, { role: 'user', parts: question }, { role: 'assistant', parts: beginning }]
  if (textOf(beginning) !== '' && !endsWithCalls(beginning)) asked.push({ role: 'user', parts: goOn })
  const messages = asked.flatMap(({ role, parts }): ModelMessage[] => {
    if (role === 'assistant') return answerMessages(parts, prefix.tools !== null)
    const content = messageContent(parts)
    return content === '' ? [] : [{ role, content }]
  })
  return { instructions: prefix.instructions, messages }
}

const goOn: readonly ChatPart[] = Object.freeze([
  {
    type: 'text',
    text: 'Your answer was broken off. Go on exactly where it ends, in the middle of a word if need be. Repeat nothing of it and do not mention the break.',
  },
])
