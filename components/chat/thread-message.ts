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

/** One message as the thread shows it, whether it came from the store or is just arriving. */
export type ThreadMessage = {
  /** Stays the same while the server's id of an answer is not known yet: React's key. */
  key: string
  /** The server's id; null until its stream has told it. */
  id: string | null
  /** The message that this one follows; null at the start of a conversation. */
  parentId: string | null
  role: 'user' | 'assistant'
  parts: ChatPart[]
  /** `lost`: the server has the turn, this page could not follow it to its end. */
  status: MessageStatus | 'lost'
  error: TurnError | Failure | null
  metadata: Partial<TurnMetadata>
  feedback: Feedback | null
  /** Ids of the messages in the same place, this one among them, oldest first. Only one of them is shown. */
  siblings: readonly string[]
  /** What the server took its time for before the answer began; known only to the page that asked. */
  serverTiming: readonly ServerTiming[]
}

export function storedMessage(item: MessageItem): ThreadMessage {
  const told = item.parts.some((part) => part.type === 'data-cache')
  const cache: ChatPart[] = item.cache === null || told ? [] : [{ type: 'data-cache', data: item.cache }]
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

/** The place of an answer of which nothing has arrived yet. */
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

/** What a person would copy: the text, without reasoning. */
export const messageText = (message: ThreadMessage): string =>
  message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')

/** Neither a text nor a card of a tool: there is nothing to go on from. */
export const isEmptyAnswer = (message: ThreadMessage): boolean =>
  messageText(message) === '' && !message.parts.some(isToolPart)

/** It ended with a question: whether a tool may do what it would do. */
export const asksForApproval = ({ status, parts }: ThreadMessage): boolean =>
  status !== 'streaming' && parts.some(isAsking)

export const messageFiles = (message: ThreadMessage) =>
  message.parts.flatMap((part) => (part.type === 'file' ? [part] : []))

export const cacheNotice = (message: ThreadMessage): CacheNotice | null =>
  message.parts.find((part) => part.type === 'data-cache')?.data ?? null

/** What a person is about to send: text, files, or both. */
export type OutgoingMessage = { text: string; files: readonly AttachedPart[] }

type SentPart = NonNullable<ChatRequest['message']>['parts'][number]

/** Files first, as a letter's reader sees them: what the text says is about them. */
export const partsOf = ({ text, files }: OutgoingMessage): SentPart[] => [
  ...files,
  ...(text === '' ? [] : [{ type: 'text' as const, text }]),
]

/** Without what the server refuses anyway and nobody typed on purpose: NUL and halves of surrogate pairs. */
export const cleanText = (text: string): string => text.replaceAll('\0', '').toWellFormed().trim()

export type TurnGroup = { key: string; messages: ThreadMessage[] }

/** What belongs together on the page: a user's message and what answers it. */
export function groupTurns(messages: readonly ThreadMessage[]): TurnGroup[] {
  const groups: TurnGroup[] = []
  for (const message of messages) {
    const open = groups.at(-1)
    if (message.role === 'user' || open === undefined) groups.push({ key: message.key, messages: [message] })
    else open.messages.push(message)
  }
  return groups
}
