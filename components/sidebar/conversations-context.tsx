'use client'

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useRevalidate } from '@/components/api/use-revalidate'
import { readConversations } from '@/components/sidebar/read-conversations'
import { appendOlder, dropItem, emptyList, mergeNewest, upsertItem } from '@/components/sidebar/shown-list'
import { useUnseen } from '@/components/sidebar/use-unseen'
import type { ConversationItem, ConversationPatch } from '@/lib/contract/api'

type Conversations = {
  /** All listed conversations, newest activity first. It includes pinned ones and excludes archived ones. */
  items: ConversationItem[]
  /** The ids of conversations whose answer ended in this browser while the user was elsewhere. */
  unseen: ReadonlySet<string>
  /** True until the first fetch has finished. A skeleton is shown meanwhile. */
  loading: boolean
  failure: Failure | null
  hasMore: boolean
  /** Fetches the list again after a change, in other tabs too. */
  refresh: () => void
  /** Clears the list and fetches it again, after a change of many conversations. */
  startOver: () => void
  loadMore: () => void
  /** Applies a change optimistically and reverts it if the server rejects it. Resolves to the failure or null. */
  change: (item: ConversationItem, patch: ConversationPatch) => Promise<Failure | null>
  /** Updates a conversation that the server has changed through another request. */
  updateItem: (item: ConversationItem) => void
  remove: (item: ConversationItem) => Promise<Failure | null>
  restore: (item: ConversationItem) => Promise<Failure | null>
}

const ConversationsContext = createContext<Conversations | null>(null)

/**
 * Provides the sidebar's conversations. The chat refreshes the list when a turn was accepted and when it has
 * ended.
 */
export function ConversationsProvider({ children }: { children: ReactNode }) {
  const [list, setList] = useState(emptyList)
  const [loading, setLoading] = useState(true)
  const [failure, setFailure] = useState<Failure | null>(null)
  const isPaging = useRef(false)
  const isReading = useRef(false)
  /**
   * True if the list has changed since the current fetch began. Its result is then discarded and fetched again.
   */
  const isOutdated = useRef(false)

  const read = useCallback(async () => {
    isOutdated.current = true
    if (isReading.current) return
    isReading.current = true
    while (isOutdated.current) {
      isOutdated.current = false
      const [newest, pinned] = await Promise.all([
        readConversations('pinned=false&limit=30'),
        readConversations('pinned=true&limit=100'),
      ])
      if (isOutdated.current) continue
      setLoading(false)
      if (newest.ok && pinned.ok) setList((now) => mergeNewest(now, newest.value, pinned.value))
      setFailure(newest.ok ? (pinned.ok ? null : pinned.failure) : newest.failure)
    }
    isReading.current = false
  }, [])
  useEffect(() => void read(), [read])
  const notifyOtherTabs = useRevalidate(list.items, {
    refresh: () => isReading.current || void read(),
    reload: () => void read(),
  })
  const refresh = useCallback(() => {
    notifyOtherTabs()
    void read()
  }, [read, notifyOtherTabs])
  const startOver = useCallback(() => {
    setList(emptyList)
    setLoading(true)
    refresh()
  }, [refresh])

  const loadMore = useCallback(async () => {
    if (list.cursor === null || isPaging.current) return
    isPaging.current = true
    const result = await readConversations('pinned=false&limit=30', list.cursor)
    isPaging.current = false
    setFailure(result.ok ? null : result.failure)
    // If the list has been reset meanwhile, this page does not continue it.
    if (result.ok) setList((now) => (now.cursor === list.cursor ? appendOlder(now, result.value) : now))
  }, [list.cursor])

  /** Stores the current state of a conversation, or removes it if `item` is null. */
  const setItem = useCallback((id: string, item: ConversationItem | null) => {
    isOutdated.current = true
    setList((now) => (item === null ? dropItem(now, id) : upsertItem(now, item)))
  }, [])
  const change = useCallback(
    async (item: ConversationItem, patch: ConversationPatch) => {
      setItem(item.id, { ...item, ...patch })
      const result = await callApi<ConversationItem>(`/api/conversations/${item.id}`, { method: 'PATCH', body: patch })
      setItem(item.id, result.ok ? result.value : item)
      notifyOtherTabs()
      return result.ok ? null : result.failure
    },
    [setItem, notifyOtherTabs],
  )
  const updateItem = useCallback(
    (item: ConversationItem) => {
      setItem(item.id, item)
      notifyOtherTabs()
    },
    [setItem, notifyOtherTabs],
  )
  const remove = useCallback(
    async (item: ConversationItem) => {
      const result = await callApi(`/api/conversations/${item.id}`, { method: 'DELETE' })
      // If it was already deleted elsewhere, nothing is left to do.
      if (!result.ok && result.failure.code !== 'not_found') return result.failure
      setItem(item.id, null)
      notifyOtherTabs()
      return null
    },
    [setItem, notifyOtherTabs],
  )
  const restore = useCallback(
    async (item: ConversationItem) => {
      const result = await callApi(`/api/conversations/${item.id}/restore`, { method: 'POST' })
      if (!result.ok) return result.failure
      updateItem(item)
      return null
    },
    [updateItem],
  )

  const unseen = useUnseen(list.items)
  const value = useMemo<Conversations>(
    () => ({
      items: list.items,
      unseen,
      loading,
      failure,
      hasMore: list.cursor !== null,
      refresh,
      startOver,
      loadMore: () => void loadMore(),
      change,
      updateItem,
      remove,
      restore,
    }),
    [list, unseen, loading, failure, refresh, startOver, loadMore, change, updateItem, remove, restore],
  )
  return <ConversationsContext value={value}>{children}</ConversationsContext>
}

export function useConversations(): Conversations {
  const conversations = useContext(ConversationsContext)
  if (conversations === null) throw new Error('useConversations must be used inside ConversationsProvider')
  return conversations
}
