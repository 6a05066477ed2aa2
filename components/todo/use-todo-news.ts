'use client'

import { useCallback, useEffect, useEffectEvent, useRef } from 'react'
import { onReturn } from '@/components/shell/on-return'
import { todoChannel } from '@/components/todo/announce-todo-change'

/** For what another device or another program has changed; everything in this browser is told at once. */
const lookAgainMs = 10_000

/**
 * Reads the list again when another tab or the chat has changed it, when somebody comes back to the page or to the
 * network, and now and then while it is looked at. Returns how to tell the other tabs.
 */
export function useTodoNews(read: () => void): () => void {
  const channel = useRef<BroadcastChannel | null>(null)
  const readNow = useEffectEvent(read)
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible' && navigator.onLine) readNow()
    }
    const others = new BroadcastChannel(todoChannel)
    others.addEventListener('message', () => readNow())
    channel.current = others
    const timer = setInterval(look, lookAgainMs)
    const stopLooking = onReturn(look)
    return () => {
      others.close()
      channel.current = null
      clearInterval(timer)
      stopLooking()
    }
  }, [])
  return useCallback(() => channel.current?.postMessage('changed'), [])
}
