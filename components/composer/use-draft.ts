'use client'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { attemptStorage } from '@/components/chat/attempt-storage'

/**
 * `pending` is the text that is being sent. It is not in the text field any more, but the server has not accepted
 * it yet.
 */
type Draft = { text: string; pending: string | null }

const joinDraft = ({ text, pending }: Draft) =>
  [pending, text].filter((part) => part !== null && part !== '').join('\n\n')

/**
 * The text of the composer. Text that the server has not accepted yet is also kept in browser storage and
 * restored if the server rejects it. `inputRef` is the text field, because text that the user typed before
 * hydration exists only there.
 */
export function useDraft(
  userId: string,
  conversationId: string | null,
  inputRef: RefObject<HTMLTextAreaElement | null>,
) {
  const storage = useMemo(() => draftStorage(userId, conversationId), [userId, conversationId])
  const [draft, setDraft] = useState<Draft>({ text: '', pending: null })
  const fullText = joinDraft(draft)
  const lastStorage = useRef<DraftStorage | null>(null)

  // This must be a layout effect: the next render would overwrite the typed text with our empty state.
  // biome-ignore lint/correctness/useExhaustiveDependencies: must run only on mount; later the field is controlled
  useLayoutEffect(() => {
    const typed = inputRef.current?.value ?? ''
    // Not read during render, because the server has no draft. The browser may have restored the text of the
    // field itself.
    const storedText = storage.read()
    const text = typed.includes(storedText) ? typed : joinDraft({ text: typed, pending: storedText })
    setDraft((now) => (now.text === '' ? { ...now, text } : now))
  }, [])

  useEffect(() => {
    const before = lastStorage.current
    lastStorage.current = storage
    if (before === null) return
    // A new chat received its id, so the draft moves to the key of the conversation.
    if (before !== storage) before.write('')
    storage.write(fullText)
  }, [storage, fullText])

  const change = useCallback((text: string) => setDraft((now) => ({ ...now, text })), [])
  const startSending = useCallback((sent: string) => setDraft({ text: '', pending: sent }), [])
  const finishSending = useCallback((accepted: boolean) => {
    setDraft((now) => ({ text: accepted ? now.text : joinDraft(now), pending: null }))
  }, [])
  return { text: draft.text, change, startSending, finishSending }
}

type DraftStorage = { read: () => string; write: (text: string) => void }

/**
 * Stores the unsent text of each conversation in this browser until the server accepts it. It survives reloads,
 * errors and signing in again. The key contains the user id, so that the next user of the browser does not see
 * the draft.
 */
export function draftStorage(userId: string, conversationId: string | null): DraftStorage {
  const key = `gf-draft:${userId}:${conversationId ?? 'new'}`
  return {
    read: () => attemptStorage(() => localStorage.getItem(key)) ?? '',
    write: (text) => {
      attemptStorage(() => (text === '' ? localStorage.removeItem(key) : localStorage.setItem(key, text)))
    },
  }
}

/**
 * Returns the storage keys of the user's drafts and queued messages (`queueStorage`), which exist only in this
 * browser. They remain when a session expires or is ended elsewhere, because the user has not chosen to leave
 * this device. Signing out here and deleting the account remove them.
 */
const unsentTextKeys = (userId: string): string[] =>
  attemptStorage(() =>
    Object.keys(localStorage).filter((key) =>
      [`gf-draft:${userId}:`, `gf-queue:${userId}:`].some((prefix) => key.startsWith(prefix)),
    ),
  ) ?? []

export const hasUnsentTexts = (userId: string): boolean => unsentTextKeys(userId).length > 0

export function removeUnsentTexts(userId: string): void {
  for (const key of unsentTextKeys(userId)) attemptStorage(() => localStorage.removeItem(key))
}
