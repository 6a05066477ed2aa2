import { attemptStorage } from '@/components/chat/attempt-storage'
import type { OutgoingMessage } from '@/components/chat/outgoing-message'

/** A message that waits for its turn. Its id is the one it will be sent under: sent twice, it is asked once. */
export type QueuedMessage = OutgoingMessage & { id: string }

/** The waiting messages of a conversation, kept in this browser as the draft is. */
export function queueStorage(userId: string, conversationId: string) {
  const key = `gf-queue:${userId}:${conversationId}`
  return {
    key,
    read: (): QueuedMessage[] => attemptStorage(() => parseQueue(localStorage.getItem(key))) ?? [],
    write: (queue: readonly QueuedMessage[]) => {
      attemptStorage(() =>
        queue.length === 0 ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(queue)),
      )
    },
  }
}

/** Anybody at this browser may have written there: what is no message is left out. */
function parseQueue(text: string | null): QueuedMessage[] {
  const queue: unknown = JSON.parse(text ?? '[]')
  return Array.isArray(queue) ? queue.filter(isQueued) : []
}

const isQueued = (value: unknown): value is QueuedMessage =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'text' in value &&
  typeof value.text === 'string' &&
  'files' in value &&
  Array.isArray(value.files)
