'use client'

import { useEffect, useReducer, useRef } from 'react'
import { emptyThread, threadReducer } from '@/components/chat/thread-state'
import { useStoredMessages } from '@/components/chat/use-stored-messages'
import { useTurns } from '@/components/chat/use-turns'

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
