'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '@/components/api/failure'
import { useConversations } from '@/components/sidebar/conversations-context'
import { readConversations } from '@/components/sidebar/read-conversations'
import { emptyList, type ShownList, takeNewest, takeOlder } from '@/components/sidebar/shown-list'
import type { ConversationItem, Page } from '@/lib/contract/api'

const none: Page<ConversationItem> = { items: [], nextCursor: null }

/** In the archive nothing is on top. */
const withoutPins = (page: Page<ConversationItem>) => ({
  ...page,
  items: page.items.map((item) => ({ ...item, pinned: false })),
})

/** The archived conversations, read while they are shown, and again whenever the other list has changed. */
export function useArchived() {
  const { items } = useConversations()
  const [list, setList] = useState<ShownList | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const reads = useRef(0)
  const read = useCallback(async () => {
    reads.current += 1
    const own = reads.current
    const result = await readConversations('archived=true&limit=30')
    if (own !== reads.current) return
    setFailure(result.ok ? null : result.failure)
    if (result.ok) setList((now) => takeNewest(now ?? emptyList, withoutPins(result.value), none))
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the other list is only the sign that something has changed.
  useEffect(() => void read(), [read, items])

  const cursor = list?.cursor ?? null
  const loadMore = useCallback(async () => {
    if (cursor === null) return
    const result = await readConversations('archived=true&limit=30', cursor)
    setFailure(result.ok ? null : result.failure)
    if (!result.ok) return
    setList((now) => (now?.cursor === cursor ? takeOlder(now, withoutPins(result.value)) : now))
  }, [cursor])
  return { list, failure, read, loadMore }
}
