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

/** How often a page that cannot follow a running answer looks whether it is there by now. */
const lookAgainMs = 2000

/** One conversation: what is stored, what is running, and what can be done with it. */
export function useThread({ conversationId, isNew, model, temporary, onTurn }: ThreadOptions) {
  const [state, dispatch] = useReducer(threadReducer, emptyThread)
  const stored = useStoredMessages(conversationId, isNew, dispatch)
  const turns = useTurns({ conversationId, model, temporary, dispatch, onTurn })

  // An answer that was running when this page opened: follow it; should that not be possible, look again until it ended.
  const last = state.messages.at(-1)
  const runningKey = last?.status === 'streaming' && state.running === null ? last.key : null
  const { resume } = turns
  const { loadNewest } = stored
  const looks = useRef(0)
  useEffect(() => {
    if (runningKey === null) return
    const first = looks.current === 0
    looks.current += 1
    const look = async () => {
      const messages = first ? null : await loadNewest()
      if (messages === null || messages.at(-1)?.status === 'streaming') await resume(runningKey)
    }
    const timer = setTimeout(look, first ? 0 : lookAgainMs)
    return () => clearTimeout(timer)
  }, [runningKey, resume, loadNewest])

  return { state, stored, turns, dispatch }
}

/**
 * What is known about a conversation: from the list beside it, or asked for where it is not listed (a temporary one, an
 * archived one, one further down). `ask`: whether it is known to exist.
 */
export function useConversationItem(conversationId: string, ask: boolean): ConversationItem | null {
  const { items, loading } = useConversations()
  const listed = items.find((item) => item.id === conversationId) ?? null
  const [known, setKnown] = useState<ConversationItem | null>(null)
  useEffect(() => {
    if (listed !== null) setKnown(listed)
  }, [listed])
  // What was listed a moment ago was put away or deleted; nobody has to be asked about it.
  const missing = ask && !loading && listed === null && known === null
  useEffect(() => {
    if (!missing) return
    const controller = new AbortController()
    const find = async () => {
      const result = await callApi<ConversationItem>(`/api/conversations/${conversationId}`, {
        signal: controller.signal,
      })
      // Without it there is only no title; why it cannot be had is said where the messages are asked for.
      if (result.ok) setKnown(result.value)
    }
    void find()
    return () => controller.abort()
  }, [conversationId, missing])
  return listed ?? known
}

/** Whether a new chat is to be forgotten after a day. `?temporary` in the address says so too, and is then taken out of it. */
export function useTemporaryParam(isNew: boolean): [boolean, Dispatch<SetStateAction<boolean>>] {
  const [temporary, setTemporary] = useState(false)
  const wished = useSearchParams().has('temporary')
  useEffect(() => {
    if (!wished || !isNew) return
    setTemporary(true)
    window.history.replaceState(null, '', window.location.pathname)
  }, [wished, isNew])
  return [temporary, setTemporary]
}
