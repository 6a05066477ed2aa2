'use client'

import { useEffect } from 'react'
import { useConversations } from '@/components/sidebar/conversations-context'

/** The conversation's title as the page's, as far as it is known; also given back for the page's heading. */
export function usePageTitle(conversationId: string | null): string {
  const { items } = useConversations()
  const title = items.find((item) => item.id === conversationId)?.title || 'New chat'
  useEffect(() => {
    document.title = `${title} · Goldfish`
  }, [title])
  return title
}
