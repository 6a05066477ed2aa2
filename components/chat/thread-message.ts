import type { Failure } from '@/components/api/failure'
import type { Answer } from '@/components/chat/build-answer'
import type { ServerTiming } from '@/components/chat/read-server-timing'
import { isAsking } from '@/components/tool/tool-part'
import type { AttachedPart, ChatRequest, Feedback, MessageItem } from '@/lib/contract/api'
import {
  type CacheNotice,
  type ChatPart,
  isToolPart,
  type MessageStatus,
  type TurnError,
  type TurnMetadata,
} from '@/lib/contract/ui-message'

/** A message as the thread shows it, either stored or still being streamed. */
export type ThreadMessage = {
  /** React's key. It does not change when the server's id of an answer becomes known. */
  key: string
  /** The server's id, or null until the stream has sent it. */
  id: string | null
  /** The id of the previous message, or null at the start of a conversation. */
  parentId: string | null
  role: 'user' | 'assistant'
  parts: ChatPart[]
  /** `lost`: the server accepted the turn, but this page could not follow it to its end. */
  status: MessageStatus | 'lost'
  error: TurnError | Failure | null
  metadata: Partial<TurnMetadata>
  feedback: Feedback | null
  /** The ids of all versions of this message, including itself, oldest first. Only one version is shown. */
  siblings: readonly string[]
  /** Durations on the server before the answer began. They are known only to the page that sent the request. */
  serverTiming: readonly ServerTiming[]
}

export function storedMessage(item: MessageItem): ThreadMessage {
  const hasCachePart = item.parts.some((part) => part.type === 'data-cache')
  const cache: ChatPart[] = item.cache === null || hasCachePart ? [] : [{ type: 'data-cache', data: item.cache }]
  return {
    key: item.id,
    id: item.id,
    parentId: item.parentId,
    role: item.role,
    parts: [...cache, ...item.parts],
    status: item.status,
    error: item.error,
    feedback: item.feedback,
    siblings: item.siblings,
    serverTiming: [],
    metadata: {
      turnId: item.turnId,
      ...(item.model === null ? {} : { model: item.model }),
      usage: item.usage,
      costUsd: item.costUsd,
      ttftMs: item.ttftMs,
    },
  }
}

export const userMessage = (id: string, text: string, files: OutgoingMessage['files'] = []): ThreadMessage => ({
  key: id,
  id,
  parentId: null,
  role: 'user',
  parts: partsOf({ text, files }),
  status: 'complete',
  error: null,
  feedback: null,
  metadata: {},
  siblings: [id],
  serverTiming: [],
})

/** Returns the placeholder of an answer that has no chunks yet. */
export const awaitedAnswer = (turnId: string, key = `answer to ${turnId}`): ThreadMessage => ({
  key,
  id: null,
  parentId: null,
  role: 'assistant',
  parts: [],
  status: 'streaming',
  error: null,
  feedback: null,
  metadata: { turnId },
  siblings: [],
  serverTiming: [],
})

export function withAnswer(message: ThreadMessage, answer: Answer): ThreadMessage {
  const id = answer.messageId ?? message.id
  const known = id === null || message.siblings.includes(id)
  return {
    ...message,
    id,
    parts: answer.parts,
    status: answer.end ?? 'streaming',
    error: answer.error,
    metadata: { ...message.metadata, ...answer.metadata },
    siblings: known ? message.siblings : [...message.siblings, id],
  }
}

/** Returns the text of a message for copying, without reasoning. */
export const messageText = (message: ThreadMessage): string =>
  message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')

/** Returns whether an answer has neither text nor tool calls. Such an answer cannot be continued. */
export const isEmptyAnswer = (message: ThreadMessage): boolean =>
  messageText(message) === '' && !message.parts.some(isToolPart)

/** Returns whether an answer ended with the question whether a tool call may run. */
export const asksForApproval = ({ status, parts }: ThreadMessage): boolean =>
  status !== 'streaming' && parts.some(isAsking)

export const messageFiles = (message: ThreadMessage) =>
  message.parts.flatMap((part) => (part.type === 'file' ? [part] : []))

export const cacheNotice = (message: ThreadMessage): CacheNotice | null =>
  message.parts.find((part) => part.type === 'data-cache')?.data ?? null

/** A message to be sent: text, files, or both. */
export type OutgoingMessage = { text: string; files: readonly AttachedPart[] }

type SentPart = NonNullable<ChatRequest['message']>['parts'][number]

/** Returns the message parts. Files come first, because the text usually refers to them. */
export const partsOf = ({ text, files }: OutgoingMessage): SentPart[] => [
  ...files,
  ...(text === '' ? [] : [{ type: 'text' as const, text }]),
]

/**
 * Removes NUL characters and lone surrogates. The server would reject them, and users do not type them on
 * purpose.
 */
export const cleanText = (text: string): string => text.replaceAll('\0', '').toWellFormed().trim()

export type TurnGroup = { key: string; messages: ThreadMessage[] }

/** Groups messages into turns: a user message with its answers. */
export function groupTurns(messages: readonly ThreadMessage[]): TurnGroup[] {
  const groups: TurnGroup[] = []
  for (const message of messages) {
    const open = groups.at(-1)
    if (message.role === 'user' || open === undefined) groups.push({ key: message.key, messages: [message] })
    else open.messages.push(message)
  }
  return groups
}
