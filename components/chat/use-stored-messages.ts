'use client'

import { useSearchParams } from 'next/navigation'
import { type Dispatch, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ApiResult } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { type FoundPlace, findMessage, pageSize } from '@/components/chat/find-message'
import { messageReader } from '@/components/chat/read-messages'
import { storedMessage, type ThreadMessage } from '@/components/chat/thread-message'
import type { ThreadAction } from '@/components/chat/thread-state'
import type { MessageItem } from '@/lib/contract/api'

export type StoredMessages = {
  loading: boolean
  failure: Failure | null
  hasOlder: boolean
  /** `earlier`: what came after the newest message shown is not there. `unknown`: the message asked for is not. */
  place: FoundPlace['place']
  /** The message that the address asked for; another object each time. */
  target: { key: string } | null
  /** One more whenever other messages are shown, and not only more of them. */
  view: number
  loadNewest: () => Promise<ThreadMessage[] | null>
  loadOlder: () => void
  /** Back from an earlier place, or from a notice that there is none. */
  leavePlace: () => Promise<void>
}

type Position = Pick<StoredMessages, 'place' | 'target' | 'view'>

/**
 * The conversation as the server has it: the newest page at once, older ones when asked for. With `?message=<id>` it
 * opens where that message is; the address then loses it, so that the same link leads there again.
 */
export function useStoredMessages(
  conversationId: string,
  isNew: boolean,
  dispatch: Dispatch<ThreadAction>,
): StoredMessages {
  const [loading, setLoading] = useState(!isNew)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [position, setPosition] = useState<Position>({ place: 'newest', target: null, view: 0 })
  // Two scroll events in one frame must not ask for the same page twice.
  const asking = useRef<object | null>(null)
  const read = useMemo(() => messageReader(conversationId), [conversationId])

  /** Null when it failed, which is then on the page, or when something else is being asked for, which `instead` drops. */
  const ask = useCallback(
    async <Value>(question: () => Promise<ApiResult<Value>>, { instead }: { instead: boolean }) => {
      if (asking.current !== null && !instead) return null
      const mine = {}
      asking.current = mine
      setLoading(true)
      setFailure(null)
      const result = await question()
      if (asking.current !== mine) return null
      asking.current = null
      setLoading(false)
      if (result.ok) return result.value
      setFailure(result.failure)
      return null
    },
    [],
  )
  const show = useCallback(
    (items: readonly MessageItem[], next: string | null, place: 'all' | 'older') => {
      const messages = items.map(storedMessage).reverse()
      dispatch({ type: 'stored', messages, place })
      setCursor(next)
      return messages
    },
    [dispatch],
  )

  const loadNewest = useCallback(async () => {
    const page = await ask(() => read({ limit: pageSize }), { instead: false })
    return page && show(page.items, page.nextCursor, 'all')
  }, [ask, read, show])
  const readOlder = useCallback(async () => {
    const page = cursor === null ? null : await ask(() => read({ limit: pageSize, cursor }), { instead: false })
    if (page) show(page.items, page.nextCursor, 'older')
  }, [ask, cursor, read, show])
  const loadOlder = useCallback(() => void readOlder(), [readOlder])
  const goTo = useCallback(
    async (key: string) => {
      const found = await ask(() => findMessage(read, key), { instead: true })
      if (!found) return
      show(found.items, found.cursor, 'all')
      const target = found.place === 'unknown' ? null : { key }
      setPosition(({ view }) => ({ place: found.place, target, view: view + 1 }))
    },
    [ask, read, show],
  )
  const leavePlace = useCallback(async () => {
    if (position.place === 'newest') return
    if (position.place === 'earlier' && (await loadNewest()) === null) return
    setPosition(({ place, view }) => ({ place: 'newest', target: null, view: place === 'earlier' ? view + 1 : view }))
  }, [position.place, loadNewest])

  const wanted = useSearchParams().get('message')
  const opened = useRef(isNew)
  useEffect(() => {
    if (wanted !== null) {
      opened.current = true
      window.history.replaceState(null, '', window.location.pathname)
      void goTo(wanted)
    } else if (!opened.current) {
      opened.current = true
      void loadNewest()
    }
  }, [wanted, goTo, loadNewest])

  const hasOlder = cursor !== null
  return { loading, failure, hasOlder, ...position, loadNewest, loadOlder, leavePlace }
}
