import type { AssistantModelMessage, ModelMessage, UserModelMessage } from 'ai'
import type { ChatPart } from '@/lib/contract/ui-message'
import { answerMessages, endsWithCalls, messageContent, textOf } from './answer-messages'
import type { PromptPrefix } from './prompt-prefix'

type PromptMessage = { role: 'user' | 'assistant'; parts: readonly ChatPart[] }
export type Prompt = { instructions: string; messages: ModelMessage[] }

/** The model that reads the prompt and whether it gets images. Images that it could not view are not sent again. */
type PromptReader = { modelId: string; withImages: boolean }

/**
 * Assembles the prefix, the history and the question. Stable content must precede content that changes, so that the
 * provider's prefix cache applies. Roles alternate for any history: answers that failed before their first output or
 * contain only reasoning are omitted. The partial answer comes last. If it ended with tool calls, the model continues
 * from their results. If its text was cut off, a request to continue follows, because few models continue a prefilled
 * text by themselves.
 */
export function assemblePrompt(
  prefix: PromptPrefix,
  history: readonly PromptMessage[],
  question: readonly ChatPart[],
  partialParts: readonly ChatPart[],
  reader: PromptReader,
): Prompt {
  // The cut of the history may have separated an answer from its question, but a prompt must start with a question.
  const start = history.findIndex(({ role }) => role === 'user')
  const startingWithUser = start === -1 ? [] : history.slice(start)
  const dialog: PromptMessage[] = [
    ...startingWithUser,
    { role: 'user', parts: question },
    { role: 'assistant', parts: partialParts },
  ]
  const lastRefusal = dialog.findLastIndex(({ parts }) => omittedImages(parts, reader.modelId))
  if (textOf(partialParts).trim() !== '' && !endsWithCalls(partialParts))
    dialog.push({ role: 'user', parts: continueRequest })
  const messages = dialog.flatMap(({ role, parts }, index): ModelMessage[] => {
    if (role === 'assistant') return answerMessages(parts, prefix.tools !== null)
    return [{ role, content: messageContent(parts, reader.withImages && index > lastRefusal) }]
  })
  return { instructions: prefix.instructions, messages: alternateRoles(messages) }
}

/** Whether a prompt contains an image. */
export const showsImages = ({ messages }: Prompt): boolean =>
  messages.some(({ role, content }) => role === 'user' && typeof content !== 'string' && content.some(isFile))

const isFile = ({ type }: { type: string }) => type === 'file'

const omittedImages = (parts: readonly ChatPart[], modelId: string) =>
  parts.some(
    (part) => part.type === 'data-notice' && part.data.code === 'images_left_out' && part.data.model === modelId,
  )

const continueRequest: readonly ChatPart[] = Object.freeze([
  {
    type: 'text',
    text: 'Your previous answer was cut off. Continue exactly where it stopped, mid-word if necessary. Do not repeat anything or mention the interruption.',
  },
])

/**
 * Returns the messages with strictly alternating roles, as many servers' chat templates require: first a user, then
 * assistant and user in turn. Tool results follow the calls to which they belong. Unanswered questions are joined with
 * the next one, so that no text of the user is lost. Messages without content are left out.
 */
export function alternateRoles(messages: readonly ModelMessage[]): ModelMessage[] {
  const alternating: ModelMessage[] = []
  for (const message of messages) {
    if (isEmpty(message)) continue
    const before = alternating.at(-1)
    if (before === undefined && message.role === 'assistant') alternating.push(assistantStarted)
    if (before?.role === 'tool' && message.role === 'user') alternating.push(stoppedAfterTools)
    if (before?.role === 'user' && message.role === 'user')
      alternating[alternating.length - 1] = { ...before, content: joined(before.content, message.content) }
    else if (before?.role === 'assistant' && message.role === 'assistant')
      alternating[alternating.length - 1] = { ...before, content: joined(before.content, message.content) }
    else alternating.push(message)
  }
  return alternating
}

/** Inserted before a history that begins with an answer. */
const assistantStarted: UserModelMessage = Object.freeze({
  role: 'user',
  content: '(The assistant started this conversation.)',
})

/** Completes an answer that ended after its tool calls, because some templates reject a user message there. */
const stoppedAfterTools: AssistantModelMessage = Object.freeze({ role: 'assistant', content: '(No response.)' })

function isEmpty({ content }: ModelMessage): boolean {
  if (typeof content === 'string') return content.trim() === ''
  return content.every((part) => part.type === 'text' && part.text.trim() === '')
}

type TextPart = { type: 'text'; text: string }

/** Texts are joined with a blank line in between. Other contents become a list of parts in their order. */
function joined<Part>(first: string | Part[], second: string | Part[]): string | (Part | TextPart)[] {
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n\n${second}`
  return [...partsOf(first), ...partsOf(second)]
}

const partsOf = <Part>(content: string | Part[]): (Part | TextPart)[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content
