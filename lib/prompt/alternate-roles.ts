import type { AssistantModelMessage, ModelMessage, UserModelMessage } from 'ai'

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
    if (before === undefined && message.role === 'assistant') alternating.push(openedByAssistant)
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
const openedByAssistant: UserModelMessage = Object.freeze({ role: 'user', content: '(The assistant speaks first.)' })

/** Completes an answer that ended after its tool calls, because some templates reject a user message there. */
const stoppedAfterTools: AssistantModelMessage = Object.freeze({ role: 'assistant', content: '(No answer followed.)' })

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
