'use client'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { attemptStorage } from '@/components/chat/attempt-storage'

/** `pending`: on its way to the server, out of the box but not yet safe. */
type Draft = { text: string; pending: string | null }

const wholeOf = ({ text, pending }: Draft) =>
  [pending, text].filter((part) => part !== null && part !== '').join('\n\n')

/**
 * The text in the box. Whatever the server does not have yet is in the storage, too, and comes back on a refusal.
 * `inputRef` is the box itself: what somebody typed before our script ran is nowhere else.
 */
export function useDraft(
  userId: string,
  conversationId: string | null,
  inputRef: RefObject<HTMLTextAreaElement | null>,
) {
  const storage = useMemo(() => draftStorage(userId, conversationId), [userId, conversationId])
  const [draft, setDraft] = useState<Draft>({ text: '', pending: null })
  const whole = wholeOf(draft)
  const holder = useRef<DraftStorage | null>(null)

  // Before anything is drawn again: the next rendering would put our empty text over the typed one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; from then on the box says what we say
  useLayoutEffect(() => {
    const typed = inputRef.current?.value ?? ''
    // Only now: the server knows no draft. A browser may have put it back into the box by itself.
    const kept = storage.read()
    const text = typed.includes(kept) ? typed : wholeOf({ text: typed, pending: kept })
    setDraft((now) => (now.text === '' ? { ...now, text } : now))
  }, [])

  useEffect(() => {
    const before = holder.current
    holder.current = storage
    if (before === null) return
    // A new chat got its id: the text moves along.
    if (before !== storage) before.write('')
    storage.write(whole)
  }, [storage, whole])

  const change = useCallback((text: string) => setDraft((now) => ({ ...now, text })), [])
  const take = useCallback((sent: string) => setDraft({ text: '', pending: sent }), [])
  const settle = useCallback((accepted: boolean) => {
    setDraft((now) => ({ text: accepted ? now.text : wholeOf(now), pending: null }))
  }, [])
  return { text: draft.text, change, take, settle }
}

/**
 * The unsent text of each conversation, kept in this browser until the server has it: over a refresh, an error, a 429,
 * signing in again. By user, so that the next person at the same browser does not find it in the box.
 */
type DraftStorage = { read: () => string; write: (text: string) => void }

export function draftStorage(userId: string, conversationId: string | null): DraftStorage {
  const key = `gf-draft:${userId}:${conversationId ?? 'new'}`
  return {
    read: () => attemptStorage(() => localStorage.getItem(key)) ?? '',
    write: (text) => {
      attemptStorage(() => (text === '' ? localStorage.removeItem(key) : localStorage.setItem(key, text)))
    },
  }
}

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
