import type { ModelMessage } from 'ai'
import type { ChatPart } from '@/lib/contract/ui-message'
import { alternateRoles } from './alternate-roles'
import { answerMessages, endsWithCalls } from './answer-messages'
import { messageContent, textOf } from './message-content'
import type { PromptPrefix } from './prompt-prefix'

type PromptMessage = { role: 'user' | 'assistant'; parts: readonly ChatPart[] }
export type Prompt = { instructions: string; messages: ModelMessage[] }

/** Which model reads the prompt, and whether it is shown images; it never is shown again what it could not view before. */
export type PromptReader = { modelId: string; withImages: boolean }

/**
 * Prefix, history, question, in this order and nothing between them: nothing that changes stands before something that
 * does not. Roles alternate, whatever the history holds: answers that failed before their first word, or have nothing but
 * reasoning, are left out. What there is of this answer goes last: where it has come to calls of tools, the model goes on
 * from their results; where its text was broken off, with the wish that it be finished, since few models go on by
 * themselves from a text that is put into their mouth.
 */
export function assemblePrompt(
  prefix: PromptPrefix,
  history: readonly PromptMessage[],
  question: readonly ChatPart[],
  beginning: readonly ChatPart[],
  reader: PromptReader,
): Prompt {
  // Where the history was cut, an answer may have lost its question; a prompt begins with a question.
  const start = history.findIndex(({ role }) => role === 'user')
  const kept = start === -1 ? [] : history.slice(start)
  const asked: PromptMessage[] = [...kept, { role: 'user', parts: question }, { role: 'assistant', parts: beginning }]
  const lastRefusal = asked.findLastIndex(({ parts }) => leftOutImages(parts, reader.modelId))
  if (textOf(beginning).trim() !== '' && !endsWithCalls(beginning)) asked.push({ role: 'user', parts: goOn })
  const messages = asked.flatMap(({ role, parts }, index): ModelMessage[] => {
    if (role === 'assistant') return answerMessages(parts, prefix.tools !== null)
    return [{ role, content: messageContent(parts, reader.withImages && index > lastRefusal) }]
  })
  return { instructions: prefix.instructions, messages: alternateRoles(messages) }
}

/** Whether a prompt shows an image. */
export const showsImages = ({ messages }: Prompt): boolean =>
  messages.some(({ role, content }) => role === 'user' && typeof content !== 'string' && content.some(isFile))

const isFile = ({ type }: { type: string }) => type === 'file'

const leftOutImages = (parts: readonly ChatPart[], modelId: string) =>
  parts.some(
    (part) => part.type === 'data-notice' && part.data.code === 'images_left_out' && part.data.model === modelId,
  )

const goOn: readonly ChatPart[] = Object.freeze([
  {
    type: 'text',
    text: 'Your previous answer was cut off. Continue exactly where it stopped, mid-word if necessary. Do not repeat anything or mention the interruption.',
  },
])
