'use client'

import { type Dispatch, useCallback, useEffect, useRef, useState } from 'react'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { storedMessage, type ThreadMessage } from '@/components/chat/thread-message'
import type { ThreadAction } from '@/components/chat/thread-state'
import type { MessageItem, Page } from '@/lib/contract/api'

const pageSize = 30

/** The conversation as the server has it: the newest page at once, older ones when asked for. */
export function useStoredMessages(conversationId: string, isNew: boolean, dispatch: Dispatch<ThreadAction>) {
  const [loading, setLoading] = useState(!isNew)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  // Two scroll events in one frame must not ask for the same page twice.
  const asking = useRef(false)

  const load = useCallback(
    async (from: string | null): Promise<ThreadMessage[] | null> => {
      if (asking.current) return null
      asking.current = true
      setLoading(true)
      setFailure(null)
      const query = new URLSearchParams({ limit: String(pageSize), ...(from === null ? {} : { cursor: from }) })
      const result = await callApi<Page<MessageItem>>(`/api/conversations/${conversationId}/messages?${query}`)
      asking.current = false
      setLoading(false)
      if (!result.ok) {
        setFailure(result.failure)
        return null
      }
      const messages = result.value.items.map(storedMessage).reverse()
      dispatch({ type: 'stored', messages, place: from === null ? 'all' : 'older' })
      setCursor(result.value.nextCursor)
      return messages
    },
    [conversationId, dispatch],
  )

  useEffect(() => {
    if (!isNew) void load(null)
  }, [isNew, load])

  const loadNewest = useCallback(() => load(null), [load])
  const loadOlder = useCallback(() => {
    if (cursor !== null) void load(cursor)
  }, [cursor, load])
  return { loading, failure, hasOlder: cursor !== null, loadNewest, loadOlder }
}
