import { attemptStorage } from '@/components/chat/attempt-storage'

/**
 * The unsent text of each conversation, kept in this browser until the server has it: over a refresh, an error, a 429,
 * signing in again. By user, so that the next person at the same browser does not find it in the box.
 */
export type DraftStorage = { read: () => string; write: (text: string) => void }

export function draftStorage(userId: string, conversationId: string | null): DraftStorage {
  const key = `gf-draft:${userId}:${conversationId ?? 'new'}`
  return {
    read: () => attemptStorage(() => localStorage.getItem(key)) ?? '',
    write: (text) => {
      attemptStorage(() => (text === '' ? localStorage.removeItem(key) : localStorage.setItem(key, text)))
    },
  }
}
