'use client'

import { useEffect, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import { useConversations } from '@/components/sidebar/conversations-context'
import type { ConversationItem } from '@/lib/contract/api'

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
