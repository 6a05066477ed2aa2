'use client'

import { useCallback, useEffect, useEffectEvent, useRef } from 'react'
import { onReturn } from '@/components/shell/on-return'
import type { ConversationItem } from '@/lib/contract/api'

const lookAgainMs = 4000
/** So long after a first answer the model may still be finding its conversation a title. */
const titleMs = 20_000

const mayChangeByItself = ({ running, titledBy, updatedAt }: ConversationItem) =>
  running || (titledBy === 'question' && Math.abs(Date.now() - Date.parse(updatedAt)) < titleMs)

/**
 * Reads the list again when somebody comes back to the page or to the network, when another tab has changed something,
 * and every few seconds while an answer runs. Returns how to tell the other tabs. `look` may be left to a reading that is
 * under way; `read` may not: something has changed since that began.
 */
export function useRevalidate(
  items: readonly ConversationItem[],
  { look, read }: { look: () => void; read: () => void },
): () => void {
  const channel = useRef<BroadcastChannel | null>(null)
  const lookNow = useEffectEvent(look)
  const readNow = useEffectEvent(read)
  useEffect(() => {
    const others = new BroadcastChannel('gf-conversations')
    others.addEventListener('message', () => readNow())
    channel.current = others
    const stopLooking = onReturn(() => lookNow())
    return () => {
      others.close()
      channel.current = null
      stopLooking()
    }
  }, [])
  useEffect(() => {
    if (!items.some(mayChangeByItself)) return
    // A hidden page needs no look: coming back to it is one.
    const timer = setInterval(() => document.visibilityState === 'visible' && lookNow(), lookAgainMs)
    return () => clearInterval(timer)
  }, [items])
  return useCallback(() => channel.current?.postMessage('changed'), [])
}
