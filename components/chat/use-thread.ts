'use client'
import { useSearchParams } from 'next/navigation'
import { type Dispatch, type SetStateAction, useEffect, useReducer, useRef, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import { emptyThread, threadReducer } from '@/components/chat/thread-state'
import { useStoredMessages } from '@/components/chat/use-stored-messages'
import { useTurns } from '@/components/chat/use-turns'
import { useConversations } from '@/components/sidebar/conversations-context'
import type { ConversationItem } from '@/lib/contract/api'

type ThreadOptions = {
  conversationId: string
  isNew: boolean
  model: string | null
  temporary: boolean
  onTurn: (moment: 'opened' | 'ended') => void
}

/** The interval at which a running answer is polled if the page cannot follow its stream. */
const pollMs = 2000

/** Combines the stored messages of a conversation, its running turn, and the actions on both. */
export function useThread({ conversationId, isNew, model, temporary, onTurn }: ThreadOptions) {
  const [state, dispatch] = useReducer(threadReducer, emptyThread)
  const stored = useStoredMessages(conversationId, isNew, dispatch)
  const turns = useTurns({ conversationId, model, temporary, dispatch, onTurn })

  // If an answer was running when the page opened, follow its stream. If that fails, poll until it has ended.
  const last = state.messages.at(-1)
  const runningKey = last?.status === 'streaming' && state.running === null ? last.key : null
  const { resume } = turns
  const { loadNewest } = stored
  const polls = useRef(0)
  useEffect(() => {
    if (runningKey === null) return
    const first = polls.current === 0
    polls.current += 1
    const poll = async () => {
      const messages = first ? null : await loadNewest()
      if (messages === null || messages.at(-1)?.status === 'streaming') await resume(runningKey)
    }
    const timer = setTimeout(poll, first ? 0 : pollMs)
    return () => clearTimeout(timer)
  }, [runningKey, resume, loadNewest])

  return { state, stored, turns, dispatch }
}

/**
 * Returns a conversation's list item from the sidebar's list. If it is not listed (temporary, archived, or
 * further down), it is fetched. `exists` must be true only if the conversation is known to exist.
 */
export function useConversationItem(conversationId: string, exists: boolean): ConversationItem | null {
  const { items, loading } = useConversations()
  const listed = items.find((item) => item.id === conversationId) ?? null
  const [known, setKnown] = useState<ConversationItem | null>(null)
  useEffect(() => {
    if (listed !== null) setKnown(listed)
  }, [listed])
  // If the conversation was listed before, it has been archived or deleted, so it need not be fetched.
  const missing = exists && !loading && listed === null && known === null
  useEffect(() => {
    if (!missing) return
    const controller = new AbortController()
    const find = async () => {
      const result = await callApi<ConversationItem>(`/api/conversations/${conversationId}`, {
        signal: controller.signal,
      })
      // Without the item only the title is missing. The request for the messages reports the same error to the
      // user.
      if (result.ok) setKnown(result.value)
    }
    void find()
    return () => controller.abort()
  }, [conversationId, missing])
  return listed ?? known
}

/**
 * Returns whether a new chat is temporary, so that it is deleted after a day. `?temporary` in the URL turns it on
 * and is then removed from the URL.
 */
export function useTemporaryParam(isNew: boolean): [boolean, Dispatch<SetStateAction<boolean>>] {
  const [temporary, setTemporary] = useState(false)
  const isRequested = useSearchParams().has('temporary')
  useEffect(() => {
    if (!isRequested || !isNew) return
    setTemporary(true)
    window.history.replaceState(null, '', window.location.pathname)
  }, [isRequested, isNew])
  return [temporary, setTemporary]
}
