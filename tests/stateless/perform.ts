import { v7 } from 'uuid'
import type { ConversationItem, FoundConversation, MessageItem, Page, Preferences, TodoItem } from '@/lib/contract/api'
import { isAnswer, retryUntilAnswered } from '@/tests/chaos/retry-until-answered'
import { type IdentifiedRequest, sendUntilSettled } from '@/tests/chaos/send-until-settled'
import { type Person, userMessage } from '@/tests/integration/chat-client'
import type { Operation } from './operations'
import { type Observation, shownTodo, type VisibleMessage } from './reference-model'

/** If one turn is interrupted more often than this, the cause is not the killed servers. */
const maxRegenerations = 12

/**
 * Performs a user's operations over HTTP as a client that loses its server now and then. Requests are repeated with
 * the same id, and interrupted answers are regenerated. Returns the result of each operation.
 */
export function createPerformer(person: Person): (operation: Operation) => Promise<Observation | null> {
  const conversations: string[] = []
  /** The message ids of each conversation, by message number. */
  const messages: string[][] = []
  const todos: string[] = []
  const idOf = (conversation: number) => {
    conversations[conversation] ??= v7()
    messages[conversation] ??= []
    return conversations[conversation]
  }
  const messageOf = (conversation: number, message: number) => messages[conversation]?.[message] ?? ''

  /** Sends a turn until it is complete, and stores the id of its answer. */
  const turn = async (conversation: number, request: IdentifiedRequest) => {
    let settled = await sendUntilSettled(person, request)
    for (let times = 0; settled.status === 'interrupted'; times++) {
      if (times === maxRegenerations) throw new Error(`turn ${request.turnId} was interrupted too often`)
      settled = await sendUntilSettled(person, {
        conversationId: request.conversationId,
        trigger: 'regenerate-message',
        messageId: settled.messageId,
        turnId: v7(),
      })
    }
    if (settled.status !== 'complete') throw new Error(`turn ${request.turnId} ended with status ${settled.status}`)
    messages[conversation]?.push(settled.messageId)
  }
  const submit = async (conversation: number, text: string, parentId?: string | null) => {
    const message = userMessage(text)
    const conversationId = idOf(conversation)
    messages[conversation]?.push(message.id)
    await turn(conversation, {
      conversationId,
      message,
      turnId: message.id,
      ...(parentId !== undefined && { parentId }),
    })
  }
  /** Returns the parent of a question in the branch that the client currently shows. */
  const parentOf = async (conversation: number, message: number) => {
    const shown = await readBranch(person, idOf(conversation))
    return shown.find(({ id }) => id === messageOf(conversation, message))?.parentId ?? null
  }

  return async (operation) => {
    switch (operation.do) {
      case 'send':
        await submit(operation.conversation, operation.text)
        return null
      case 'edit': {
        const { conversation, message, text } = operation
        await submit(conversation, text, await parentOf(conversation, message))
        return null
      }
      case 'regenerate': {
        const messageId = messageOf(operation.conversation, operation.message)
        const conversationId = idOf(operation.conversation)
        await turn(operation.conversation, { conversationId, trigger: 'regenerate-message', messageId, turnId: v7() })
        return null
      }
      case 'delete':
        await change(person, `/api/conversations/${idOf(operation.conversation)}`, 'DELETE')
        return null
      case 'restore':
        await change(person, `/api/conversations/${idOf(operation.conversation)}/restore`, 'POST')
        return null
      case 'rename': {
        const { conversation, title } = operation
        const headers = { 'content-type': 'application/json' }
        const body = JSON.stringify({ title })
        await json(person, `/api/conversations/${idOf(conversation)}`, { method: 'PATCH', headers, body })
        return null
      }
      case 'search': {
        const path = `/api/conversations?limit=100&q=${encodeURIComponent(operation.text)}`
        const { items } = await json<Page<FoundConversation>>(person, path)
        return { found: items.map(({ title }) => title) }
      }
      case 'write down': {
        const { todo, title } = operation
        todos[todo] = v7()
        const headers = { 'content-type': 'application/json' }
        await json(person, '/api/todos', {
          method: 'POST',
          headers,
          body: JSON.stringify({ id: todos[todo], title }),
        })
        return null
      }
      case 'tick': {
        const headers = { 'content-type': 'application/json' }
        await json(person, `/api/todos/${todos[operation.todo]}`, { method: 'PATCH', headers, body: '{"done":true}' })
        return null
      }
      case 'cross out':
        await change(person, `/api/todos/${todos[operation.todo]}`, 'DELETE')
        return null
      case 'theme': {
        const { theme } = operation
        const headers = { 'content-type': 'application/json' }
        await json<Preferences>(person, '/api/preferences', {
          method: 'PATCH',
          headers,
          body: JSON.stringify({ theme }),
        })
        return null
      }
      case 'list': {
        const { items } = await json<Page<ConversationItem>>(person, '/api/conversations?limit=100')
        const { theme } = await json<Preferences>(person, '/api/preferences')
        const todo = await json<Page<TodoItem>>(person, '/api/todos?limit=100')
        return { list: items.map(({ title }) => title), theme, todos: todo.items.map(shownTodo) }
      }
      case 'read': {
        const shown = await readBranch(person, idOf(operation.conversation))
        return { branch: shown.map(visible).toReversed() }
      }
    }
  }
}

/** Repeats a request until it is answered. The request must be idempotent. */
async function json<Body>(person: Person, path: string, init?: RequestInit): Promise<Body> {
  return retryUntilAnswered(path, async () => {
    const response = await person.fetch(path, init)
    if (!isAnswer(response)) return null
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return JSON.parse(text) as Body
  })
}

const readBranch = async (person: Person, conversationId: string) =>
  (await json<Page<MessageItem>>(person, `/api/conversations/${conversationId}/messages?limit=100`)).items

function visible({ role, status, parts, siblings }: MessageItem): VisibleMessage {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  // Interrupted answers are siblings of the answers that replaced them, so siblings are only counted for
  // questions, which have one per edit.
  return { role, status, text, ...(role === 'user' && { versions: siblings.length }) }
}

/**
 * Deletes or restores. A repeated request may get a 404, because the first one was
 * executed before its response was lost.
 */
async function change(person: Person, path: string, method: 'DELETE' | 'POST'): Promise<void> {
  let tries = 0
  await retryUntilAnswered(`${method} ${path}`, async () => {
    tries += 1
    const response = await person.fetch(path, { method })
    if (!isAnswer(response)) return null
    if (response.status === 204 || (response.status === 404 && tries > 1)) return true
    throw new Error(`${method} ${path}: ${response.status}`)
  })
}
