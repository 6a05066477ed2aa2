'use client'

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { mergeNewest } from '@/components/sidebar/merge-newest'
import type { ConversationItem, Page } from '@/lib/contract/api'

type Conversations = {
  items: ConversationItem[]
  /** Nothing is known yet: a skeleton stands there. */
  loading: boolean
  failure: Failure | null
  hasMore: boolean
  refresh: () => void
  loadMore: () => void
  remove: (item: ConversationItem) => Promise<Failure | null>
  restore: (item: ConversationItem) => Promise<Failure | null>
}

const ConversationsContext = createContext<Conversations | null>(null)

const readPage = (cursor: string | null) =>
  callApi<Page<ConversationItem>>(
    `/api/conversations?limit=30${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
  )

/** The list beside the chat. The chat asks for a refresh when a turn was taken and when it ended. */
export function ConversationsProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<ConversationItem[]>([])
  const [cursor, setCursor] = useState<string | null>(null)
  const [loading, setLoading] = useState(true)
  const [failure, setFailure] = useState<Failure | null>(null)
  const paging = useRef(false)

  const refresh = useCallback(async () => {
    const result = await readPage(null)
    setLoading(false)
    setFailure(result.ok ? null : result.failure)
    if (!result.ok) return
    setItems((now) => mergeNewest(result.value.items, now))
    // Further pages that are shown already stay; their cursor still leads on from there.
    setCursor((now) => now ?? result.value.nextCursor)
  }, [])
  useEffect(() => void refresh(), [refresh])

  const loadMore = useCallback(async () => {
    if (cursor === null || paging.current) return
    paging.current = true
    const result = await readPage(cursor)
    paging.current = false
    setFailure(result.ok ? null : result.failure)
    if (!result.ok) return
    setItems((now) => [...now, ...result.value.items.filter((item) => now.every(({ id }) => id !== item.id))])
    setCursor(result.value.nextCursor)
  }, [cursor])

  const remove = useCallback(async (item: ConversationItem) => {
    const result = await callApi(`/api/conversations/${item.id}`, { method: 'DELETE' })
    if (!result.ok) return result.failure
    setItems((now) => now.filter(({ id }) => id !== item.id))
    return null
  }, [])
  const restore = useCallback(async (item: ConversationItem) => {
    const result = await callApi(`/api/conversations/${item.id}/restore`, { method: 'POST' })
    if (!result.ok) return result.failure
    setItems((now) => mergeNewest([item], now))
    return null
  }, [])

  const value = useMemo<Conversations>(
    () => ({
      items,
      loading,
      failure,
      hasMore: cursor !== null,
      refresh: () => void refresh(),
      loadMore: () => void loadMore(),
      remove,
      restore,
    }),
    [items, loading, failure, cursor, refresh, loadMore, remove, restore],
  )
  return <ConversationsContext value={value}>{children}</ConversationsContext>
}

export function useConversations(): Conversations {
  const conversations = useContext(ConversationsContext)
  if (conversations === null) throw new Error('useConversations outside of ConversationsProvider')
  return conversations
}
