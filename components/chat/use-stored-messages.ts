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
  /** The message asked for that could not be looked for, and why. */
  unreached: { key: string; failure: Failure } | null
  hasOlder: boolean
  /** `earlier`: what came after the newest message shown is not there. `unknown`: the message asked for is not. */
  place: FoundPlace['place']
  /** The message to open at: the address asked for it, or a switch to it. Another object each time. */
  target: { key: string } | null
  /** One more whenever other messages are shown, and not only more of them. */
  view: number
  loadNewest: () => Promise<ThreadMessage[] | null>
  loadOlder: () => void
  /** Leads to a message. */
  goTo: (key: string) => void
  /** After a switch to another branch: shows it so that this message of it is in view. False where it could not be had. */
  showSwitched: (key: string) => Promise<boolean>
  /** The notice that a message was not reached is closed. */
  forgetUnreached: () => void
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
  const [unreached, setUnreached] = useState<StoredMessages['unreached']>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [position, setPosition] = useState<Position>({ place: 'newest', target: null, view: 0 })
  // Two scroll events in one frame must not ask for the same page twice.
  const asking = useRef<object | null>(null)
  /** Whether no more than the newest page is shown. */
  const onePage = useRef(true)
  const read = useMemo(() => messageReader(conversationId), [conversationId])

  /** Null when it failed, which `fail` is told, or when something else is being asked for, which `instead` drops. */
  const ask = useCallback(
    async <Value>(
      question: () => Promise<ApiResult<Value>>,
      { instead, fail = setFailure }: { instead: boolean; fail?: (failure: Failure) => void },
    ) => {
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
      onePage.current = place === 'all' && items.length <= pageSize
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
      const fail = (why: Failure) => setUnreached({ key, failure: why })
      const found = await ask(() => findMessage(read, key), { instead: true, fail })
      if (!found) return
      show(found.items, found.cursor, 'all')
      const target = found.place === 'unknown' ? null : { key }
      setPosition(({ view }) => ({ place: found.place, target, view: view + 1 }))
    },
    [ask, read, show],
  )
  const showSwitched = useCallback(
    async (key: string) => {
      const found = await ask(() => findRecent(read, key), { instead: true })
      if (!found) return false
      // On the newest page, and nothing else was shown: what is read stays where it is by itself.
      const inPlace = onePage.current && found.place === 'newest' && found.items.length <= pageSize
      show(found.items, found.cursor, 'all')
      setPosition(({ place, view }) => ({
        place: found.place,
        target: inPlace && place !== 'earlier' ? null : { key },
        view: inPlace && place !== 'earlier' ? view : view + 1,
      }))
      return true
    },
    [ask, read, show],
  )
  const leavePlace = useCallback(async () => {
    setUnreached(null)
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
  const forgetUnreached = useCallback(() => setUnreached(null), [])
  const goToKey = useCallback((key: string) => void goTo(key), [goTo])
  const ways = { loadNewest, loadOlder, goTo: goToKey, showSwitched, forgetUnreached, leavePlace }
  return { loading, failure, unreached, hasOlder, ...position, ...ways }
}
