'use client'

import { useEffect, useRef } from 'react'
import { callApi } from '@/components/api/call-api'
import type { ConversationItem } from '@/lib/contract/api'

/** Waits before each look: it is there after some seconds, or it does not come. */
const waitsMs = [2000, 3000, 5000]

/** After the end of a conversation's first turn the model may find a title for it, behind the scenes: looks whether it has. */
export function useMadeTitle(conversationId: string, firstTurnEnded: boolean, onFound: () => void) {
  const looking = useRef<AbortController | null>(null)
  useEffect(
    () => () => {
      looking.current?.abort()
      looking.current = null
    },
    [],
  )
  useEffect(() => {
    if (!firstTurnEnded || looking.current !== null) return
    const controller = new AbortController()
    looking.current = controller
    const look = async () => {
      for (const waitMs of waitsMs) {
        await new Promise((resolve) => setTimeout(resolve, waitMs))
        if (controller.signal.aborted) return
        const result = await callApi<ConversationItem>(`/api/conversations/${conversationId}`, {
          signal: controller.signal,
        })
        if (result.ok && result.value.titledBy !== 'question') return onFound()
      }
    }
    void look()
  }, [conversationId, firstTurnEnded, onFound])
}
