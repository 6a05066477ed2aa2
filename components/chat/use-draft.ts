'use client'

import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type DraftStorage, draftStorage } from '@/components/chat/draft-storage'

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
