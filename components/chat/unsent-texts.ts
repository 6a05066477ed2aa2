import { attemptStorage } from '@/components/chat/attempt-storage'

/*
 * Texts of a user that exist only in this browser: drafts and queued messages. They stay when a session expires or is
 * ended elsewhere, because the user has not chosen to leave this device. Signing out here and deleting the account
 * remove them.
 */

/**
 * The keys of `draft-storage.ts` and `queue-storage.ts`. Keys of other accounts on the same browser are not touched.
 */
const keysOf = (userId: string): string[] =>
  attemptStorage(() =>
    Object.keys(localStorage).filter((key) =>
      [`gf-draft:${userId}:`, `gf-queue:${userId}:`].some((prefix) => key.startsWith(prefix)),
    ),
  ) ?? []

export const hasUnsentTexts = (userId: string): boolean => keysOf(userId).length > 0

export function removeUnsentTexts(userId: string): void {
  for (const key of keysOf(userId)) attemptStorage(() => localStorage.removeItem(key))
}
