'use client'
import { usePathname } from 'next/navigation'
import { useEffect, useMemo, useState } from 'react'
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

/** Of which conversations this browser saw an answer run, and of which it ended while nobody looked. */
type Watched = Readonly<Record<string, 'running' | 'ended'>>

/** More than that at once is nobody's news; the oldest go first. */
const mostWatched = 200

/** What was watched, after a look at the list. `openId`: the conversation that is being looked at. */
export function watchRunning(before: Watched, items: readonly ConversationItem[], openId: string | null): Watched {
  const now = new Map(Object.entries(before))
  for (const { id, running } of items) {
    if (running) now.set(id, 'running')
    else if (now.get(id) === 'running') now.set(id, 'ended')
  }
  if (openId !== null && now.get(openId) === 'ended') now.delete(openId)
  return Object.fromEntries([...now].slice(-mostWatched))
}
