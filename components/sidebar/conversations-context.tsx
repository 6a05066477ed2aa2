'use client'

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useRevalidate } from '@/components/api/use-revalidate'
import { readConversations } from '@/components/sidebar/read-conversations'
import { dropItem, emptyList, takeItem, takeNewest, takeOlder } from '@/components/sidebar/shown-list'
import { useUnseen } from '@/components/sidebar/use-unseen'
import type { ConversationItem, ConversationPatch } from '@/lib/contract/api'

type Conversations = {
  /** Pinned ones among them, archived ones not; newest activity first. */
  items: ConversationItem[]
  /** Whose answer ended while nobody looked, in this browser. */
  unseen: ReadonlySet<string>
  /** Nothing is known yet: a skeleton stands there. */
  loading: boolean
  failure: Failure | null
  hasMore: boolean
  /** Something has changed: reads the list again, in the other tabs too. */
  refresh: () => void
  /** Everything has changed: what is shown is forgotten first. */
  startOver: () => void
  loadMore: () => void
  /** Shown at once; a refusal puts back what was there. */
  change: (item: ConversationItem, patch: ConversationPatch) => Promise<Failure | null>
  /** The server has changed this conversation on another way. */
  put: (item: ConversationItem) => void
  remove: (item: ConversationItem) => Promise<Failure | null>
  restore: (item: ConversationItem) => Promise<Failure | null>
}

const ConversationsContext = createContext<Conversations | null>(null)

/** The list beside the chat. The chat asks for a refresh when a turn was taken and when it ended. */
export function ConversationsProvider({ children }: { children: ReactNode }) {
  const [list, setList] = useState(emptyList)
  const [loading, setLoading] = useState(true)
  const [failure, setFailure] = useState<Failure | null>(null)
  const paging = useRef(false)
  const reading = useRef(false)
  /** What is being read now may be older than what is known: it is read once more before it is shown. */
  const outdated = useRef(false)

  const read = useCallback(async () => {
    outdated.current = true
    if (reading.current) return
    reading.current = true
    while (outdated.current) {
      outdated.current = false
      const [newest, pinned] = await Promise.all([
        readConversations('pinned=false&limit=30'),
        readConversations('pinned=true&limit=100'),
      ])
      if (outdated.current) continue
      setLoading(false)
      if (newest.ok && pinned.ok) setList((now) => takeNewest(now, newest.value, pinned.value))
      setFailure(newest.ok ? (pinned.ok ? null : pinned.failure) : newest.failure)
    }
    reading.current = false
  }, [])
  useEffect(() => void read(), [read])
  const tellOthers = useRevalidate(list.items, { look: () => reading.current || void read(), read: () => void read() })
  const refresh = useCallback(() => {
    tellOthers()
    void read()
  }, [read, tellOthers])
  const startOver = useCallback(() => {
    setList(emptyList)
    setLoading(true)
    refresh()
  }, [refresh])

  const loadMore = useCallback(async () => {
    if (list.cursor === null || paging.current) return
    paging.current = true
    const result = await readConversations('pinned=false&limit=30', list.cursor)
    paging.current = false
    setFailure(result.ok ? null : result.failure)
    // Meanwhile the list may have begun anew; then this page does not follow on it.
    if (result.ok) setList((now) => (now.cursor === list.cursor ? takeOlder(now, result.value) : now))
  }, [list.cursor])

  /** The item as it now is; null: gone. */
  const keep = useCallback((id: string, item: ConversationItem | null) => {
    outdated.current = true
    setList((now) => (item === null ? dropItem(now, id) : takeItem(now, item)))
  }, [])
  const change = useCallback(
    async (item: ConversationItem, patch: ConversationPatch) => {
      keep(item.id, { ...item, ...patch })
      const result = await callApi<ConversationItem>(`/api/conversations/${item.id}`, { method: 'PATCH', body: patch })
      keep(item.id, result.ok ? result.value : item)
      tellOthers()
      return result.ok ? null : result.failure
    },
    [keep, tellOthers],
  )
  const put = useCallback(
    (item: ConversationItem) => {
      keep(item.id, item)
      tellOthers()
    },
    [keep, tellOthers],
  )
  const remove = useCallback(
    async (item: ConversationItem) => {
      const result = await callApi(`/api/conversations/${item.id}`, { method: 'DELETE' })
      // Deleted elsewhere is deleted.
      if (!result.ok && result.failure.code !== 'not_found') return result.failure
      keep(item.id, null)
      tellOthers()
      return null
    },
    [keep, tellOthers],
  )
  const restore = useCallback(
    async (item: ConversationItem) => {
      const result = await callApi(`/api/conversations/${item.id}/restore`, { method: 'POST' })
      if (!result.ok) return result.failure
      put(item)
      return null
    },
    [put],
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
      put,
      remove,
      restore,
    }),
    [list, unseen, loading, failure, refresh, startOver, loadMore, change, put, remove, restore],
  )
  return <ConversationsContext value={value}>{children}</ConversationsContext>
}

export function useConversations(): Conversations {
  const conversations = useContext(ConversationsContext)
  if (conversations === null) throw new Error('useConversations outside of ConversationsProvider')
  return conversations
}
