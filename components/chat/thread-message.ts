import type { Answer } from '@/components/chat/build-answer'
import type { Feedback, MessageItem } from '@/lib/contract/api'
import type { CacheNotice, ChatPart, MessageStatus, TurnError, TurnMetadata } from '@/lib/contract/ui-message'

/** One message as the thread shows it, whether it came from the store or is just arriving. */
export type ThreadMessage = {
  /** Stays the same while the server's id of an answer is not known yet: React's key. */
  key: string
  /** The server's id; null until its stream has told it. */
  id: string | null
  role: 'user' | 'assistant'
  parts: ChatPart[]
  /** `lost`: the server has the turn, this page could not follow it to its end. */
  status: MessageStatus | 'lost'
  error: TurnError | null
  metadata: Partial<TurnMetadata>
  feedback: Feedback | null
}

export function storedMessage(item: MessageItem): ThreadMessage {
  const told = item.parts.some((part) => part.type === 'data-cache')
  const cache: ChatPart[] = item.cache === null || told ? [] : [{ type: 'data-cache', data: item.cache }]
  return {
    key: item.id,
    id: item.id,
    role: item.role,
    parts: [...cache, ...item.parts],
    status: item.status,
    error: item.error,
    feedback: item.feedback,
    metadata: {
      turnId: item.turnId,
      ...(item.model === null ? {} : { model: item.model }),
      usage: item.usage,
      costUsd: item.costUsd,
      ttftMs: item.ttftMs,
    },
  }
}

export const userMessage = (id: string, text: string): ThreadMessage => ({
  key: id,
  id,
  role: 'user',
  parts: [{ type: 'text', text }],
  status: 'complete',
  error: null,
  feedback: null,
  metadata: {},
})

/** The place of an answer of which nothing has arrived yet. */
export const awaitedAnswer = (turnId: string, key = `answer to ${turnId}`): ThreadMessage => ({
  key,
  id: null,
  role: 'assistant',
  parts: [],
  status: 'streaming',
  error: null,
  feedback: null,
  metadata: { turnId },
})

export const withAnswer = (message: ThreadMessage, answer: Answer): ThreadMessage => ({
  ...message,
  id: answer.messageId ?? message.id,
  parts: answer.parts,
  status: answer.end ?? 'streaming',
  error: answer.error,
  metadata: { ...message.metadata, ...answer.metadata },
})

/** What a person would copy: the text, without reasoning. */
export const messageText = (message: ThreadMessage): string =>
  message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')

export const cacheNotice = (message: ThreadMessage): CacheNotice | null =>
  message.parts.find((part) => part.type === 'data-cache')?.data ?? null
