'use client'

import { useCallback, useEffect, useEffectEvent, useRef } from 'react'
import { onFocus } from '@/components/shell/on-focus'
import type { ConversationItem } from '@/lib/contract/api'

const pollMs = 4000
/** After its first answer, the model may still be generating a title for this long. */
const titleMs = 20_000

const mayChangeByItself = ({ running, titledBy, updatedAt }: ConversationItem) =>
  running || (titledBy === 'question' && Math.abs(Date.now() - Date.parse(updatedAt)) < titleMs)

/**
 * Refetches the list when the page gets focus or the network returns, when another tab has changed the list, and
 * every few seconds while an answer is running. Returns a function that notifies the other tabs. `refresh` may be
 * skipped while a fetch is in progress. `reload` must start a new fetch, because the list has changed since the
 * current one began.
 */
export function useRevalidate(
  items: readonly ConversationItem[],
  { refresh, reload }: { refresh: () => void; reload: () => void },
): () => void {
  const channel = useRef<BroadcastChannel | null>(null)
  const refreshNow = useEffectEvent(refresh)
  const reloadNow = useEffectEvent(reload)
  useEffect(() => {
    const tabs = new BroadcastChannel('gf-conversations')
    tabs.addEventListener('message', () => reloadNow())
    channel.current = tabs
    const stopListening = onFocus(() => refreshNow())
    return () => {
      tabs.close()
      channel.current = null
      stopListening()
    }
  }, [])
  useEffect(() => {
    if (!items.some(mayChangeByItself)) return
    // A hidden page is not polled. It refetches the list when it becomes visible again.
    const timer = setInterval(() => document.visibilityState === 'visible' && refreshNow(), pollMs)
    return () => clearInterval(timer)
  }, [items])
  return useCallback(() => channel.current?.postMessage('changed'), [])
}
