'use client'

import { useCallback, useEffect, useEffectEvent, useRef } from 'react'
import type { ConversationItem } from '@/lib/contract/api'

const lookAgainMs = 4000
/** So long after a first answer the model may still be finding its conversation a title. */
const titleMs = 20_000

const mayChangeByItself = ({ running, titledBy, updatedAt }: ConversationItem) =>
  running || (titledBy === 'question' && Math.abs(Date.now() - Date.parse(updatedAt)) < titleMs)

/**
 * Reads the list again when somebody comes back to the page or to the network, when another tab has changed something,
 * and every few seconds while an answer runs. Returns how to tell the other tabs.
 */
export function useKeepFresh(items: readonly ConversationItem[], read: () => void): () => void {
  const channel = useRef<BroadcastChannel | null>(null)
  const readNow = useEffectEvent(read)
  useEffect(() => {
    const onReturn = () => document.visibilityState === 'visible' && readNow()
    const others = new BroadcastChannel('gf-conversations')
    others.addEventListener('message', () => readNow())
    channel.current = others
    document.addEventListener('visibilitychange', onReturn)
    window.addEventListener('focus', onReturn)
    window.addEventListener('online', onReturn)
    return () => {
      others.close()
      channel.current = null
      document.removeEventListener('visibilitychange', onReturn)
      window.removeEventListener('focus', onReturn)
      window.removeEventListener('online', onReturn)
    }
  }, [])
  useEffect(() => {
    if (!items.some(mayChangeByItself)) return
    // A hidden page needs no look: coming back to it is one.
    const timer = setInterval(() => document.visibilityState === 'visible' && readNow(), lookAgainMs)
    return () => clearInterval(timer)
  }, [items])
  return useCallback(() => channel.current?.postMessage('changed'), [])
}
