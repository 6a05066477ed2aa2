'use client'
import { useSearchParams } from 'next/navigation'
import { type Dispatch, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ApiResult } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { type FoundPlace, findMessage, findRecent, messageReader, pageSize } from '@/components/chat/find-message'
import { storedMessage, type ThreadMessage } from '@/components/chat/thread-message'
import type { ThreadAction } from '@/components/chat/thread-state'
import type { MessageItem } from '@/lib/contract/api'

export type StoredMessages = {
  loading: boolean
  failure: Failure | null
  /** The requested message that could not be loaded, and the error. */
  unreached: { key: string; failure: Failure } | null
  hasOlder: boolean
  /** `earlier`: newer messages exist but are not loaded. `unknown`: the requested message does not exist. */
  place: FoundPlace['place']
  /** The message to open at, from the URL or a branch switch. Each request creates a new object. */
  target: { key: string } | null
  /** Incremented when different messages are shown, not when more are added to the same ones. */
  view: number
  loadNewest: () => Promise<ThreadMessage[] | null>
  loadOlder: () => void
  /** Loads and shows the part of the conversation that contains a message. */
  goTo: (key: string) => void
  /**
   * Shows the branch of a message after a switch, with the message in view. Resolves to false if loading failed.
   */
  showSwitched: (key: string) => Promise<boolean>
  /** Dismisses the notice about a message that could not be loaded. */
  dismissUnreached: () => void
  /** Returns to the newest messages from an earlier place and dismisses the notice about an unknown message. */
  leavePlace: () => Promise<void>
}

type Position = Pick<StoredMessages, 'place' | 'target' | 'view'>

/**
 * Loads the messages of a conversation: the newest page immediately and older ones on demand. With
 * `?message=<id>` in the URL, it opens at that message. The parameter is then removed, so that following the same
 * link again works.
 */
export function useStoredMessages(
  conversationId: string,
  isNew: boolean,
  dispatch: Dispatch<ThreadAction>,
): StoredMessages {
  const [loading, setLoading] = useState(!isNew)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [unreached, setUnreached] = useState<StoredMessages['unreached']>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [position, setPosition] = useState<Position>({ place: 'newest', target: null, view: 0 })
  // Two scroll events in one frame must not request the same page twice.
  const currentRequest = useRef<object | null>(null)
  /** True if only the newest page is shown. */
  const isOnePage = useRef(true)
  const read = useMemo(() => messageReader(conversationId), [conversationId])

  /**
   * Runs a request. Returns null if it failed, after calling `fail`, or if another request is running. With
   * `replaceRunning`, it replaces the running request, whose result is then ignored.
   */
  const request = useCallback(
    async <Value>(
      send: () => Promise<ApiResult<Value>>,
      { replaceRunning, fail = setFailure }: { replaceRunning: boolean; fail?: (failure: Failure) => void },
    ) => {
      if (currentRequest.current !== null && !replaceRunning) return null
      const token = {}
      currentRequest.current = token
      setLoading(true)
      setFailure(null)
      const result = await send()
      if (currentRequest.current !== token) return null
      currentRequest.current = null
      setLoading(false)
      if (result.ok) return result.value
      fail(result.failure)
      return null
    },
    [],
  )
  const show = useCallback(
    (items: readonly MessageItem[], next: string | null, place: 'all' | 'older') => {
      const messages = items.map(storedMessage).reverse()
      dispatch({ type: 'stored', messages, place })
      setCursor(next)
      setUnreached(null)
      isOnePage.current = place === 'all' && items.length <= pageSize
      return messages
    },
    [dispatch],
  )

  const loadNewest = useCallback(async () => {
    const page = await request(() => read({ limit: pageSize }), { replaceRunning: false })
    return page && show(page.items, page.nextCursor, 'all')
  }, [request, read, show])
  const readOlder = useCallback(async () => {
    const page =
      cursor === null ? null : await request(() => read({ limit: pageSize, cursor }), { replaceRunning: false })
    if (page) show(page.items, page.nextCursor, 'older')
  }, [request, cursor, read, show])
  const loadOlder = useCallback(() => void readOlder(), [readOlder])
  const goTo = useCallback(
    async (key: string) => {
      const fail = (reason: Failure) => setUnreached({ key, failure: reason })
      const found = await request(() => findMessage(read, key), { replaceRunning: true, fail })
      if (!found) return
      show(found.items, found.cursor, 'all')
      const target = found.place === 'unknown' ? null : { key }
      setPosition(({ view }) => ({ place: found.place, target, view: view + 1 }))
    },
    [request, read, show],
  )
  const showSwitched = useCallback(
    async (key: string) => {
      const found = await request(() => findRecent(read, key), { replaceRunning: true })
      if (!found) return false
      // If only the newest page was shown before the switch and is shown after it, the reading position is kept
      // instead of scrolling to the message.
      const inPlace = isOnePage.current && found.place === 'newest' && found.items.length <= pageSize
      show(found.items, found.cursor, 'all')
      setPosition(({ place, view }) => ({
        place: found.place,
        target: inPlace && place !== 'earlier' ? null : { key },
        view: inPlace && place !== 'earlier' ? view : view + 1,
      }))
      return true
    },
    [request, read, show],
  )
  const leavePlace = useCallback(async () => {
    setUnreached(null)
    if (position.place === 'newest') return
    if (position.place === 'earlier' && (await loadNewest()) === null) return
    setPosition(({ place, view }) => ({ place: 'newest', target: null, view: place === 'earlier' ? view + 1 : view }))
  }, [position.place, loadNewest])

  const messageParam = useSearchParams().get('message')
  const opened = useRef(isNew)
  useEffect(() => {
    if (messageParam !== null) {
      opened.current = true
      window.history.replaceState(null, '', window.location.pathname)
      void goTo(messageParam)
    } else if (!opened.current) {
      opened.current = true
      void loadNewest()
    }
  }, [messageParam, goTo, loadNewest])

  const hasOlder = cursor !== null
  const dismissUnreached = useCallback(() => setUnreached(null), [])
  const goToKey = useCallback((key: string) => void goTo(key), [goTo])
  const actions = { loadNewest, loadOlder, goTo: goToKey, showSwitched, dismissUnreached, leavePlace }
  return { loading, failure, unreached, hasOlder, ...position, ...actions }
}
