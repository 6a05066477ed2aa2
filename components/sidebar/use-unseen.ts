'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useMemo, useState } from 'react'
import { type Watched, watchRunning } from '@/components/sidebar/watch-running'
import type { ConversationItem } from '@/lib/contract/api'

/** One for all tabs of this browser. It holds ids only; those of another account mean nothing in this one's list. */
const storageKey = 'gf-watched'

function readWatched(): Watched {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Watched
  } catch {
    return {}
  }
}

function writeWatched(watched: Watched) {
  try {
    localStorage.setItem(storageKey, JSON.stringify(watched))
  } catch {
    // A full or forbidden storage costs a dot, never the page.
  }
}

/** The conversations whose answer ended while they were not being looked at. */
export function useUnseen(items: readonly ConversationItem[]): ReadonlySet<string> {
  const openId = /^\/c\/([^/]+)/.exec(usePathname())?.[1] ?? null
  const [watched, setWatched] = useState<Watched>({})
  useEffect(() => {
    const look = (list: readonly ConversationItem[]) => {
      const before = readWatched()
      const now = watchRunning(before, list, document.visibilityState === 'visible' ? openId : null)
      if (JSON.stringify(now) !== JSON.stringify(before)) writeWatched(now)
      setWatched((shown) => (JSON.stringify(now) === JSON.stringify(shown) ? shown : now))
    }
    // What another tab has written is newer than the list of this one: two tabs would contradict each other without end.
    const takeOver = () => look([])
    look(items)
    window.addEventListener('storage', takeOver)
    document.addEventListener('visibilitychange', takeOver)
    return () => {
      window.removeEventListener('storage', takeOver)
      document.removeEventListener('visibilitychange', takeOver)
    }
  }, [items, openId])
  return useMemo(() => new Set(Object.keys(watched).filter((id) => watched[id] === 'ended')), [watched])
}
