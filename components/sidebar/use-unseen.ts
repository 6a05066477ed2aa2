'use client'
import { usePathname } from 'next/navigation'
import { useEffect, useMemo, useState } from 'react'
import type { ConversationItem } from '@/lib/contract/api'

/**
 * The storage key, shared by all tabs. The value contains only ids; those of other accounts match no listed
 * conversation.
 */
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
    // If localStorage is full or blocked, only the unread marker is lost.
  }
}

/** Returns the ids of conversations whose answer ended while they were not visible. */
export function useUnseen(items: readonly ConversationItem[]): ReadonlySet<string> {
  const openId = /^\/c\/([^/]+)/.exec(usePathname())?.[1] ?? null
  const [watched, setWatched] = useState<Watched>({})
  useEffect(() => {
    const update = (list: readonly ConversationItem[]) => {
      const before = readWatched()
      const now = watchRunning(before, list, document.visibilityState === 'visible' ? openId : null)
      if (JSON.stringify(now) !== JSON.stringify(before)) writeWatched(now)
      setWatched((shown) => (JSON.stringify(now) === JSON.stringify(shown) ? shown : now))
    }
    // State written by another tab is newer than this tab's list. Applying the list here would make two tabs
    // alternate forever.
    const applyStored = () => update([])
    update(items)
    window.addEventListener('storage', applyStored)
    document.addEventListener('visibilitychange', applyStored)
    return () => {
      window.removeEventListener('storage', applyStored)
      document.removeEventListener('visibilitychange', applyStored)
    }
  }, [items, openId])
  return useMemo(() => new Set(Object.keys(watched).filter((id) => watched[id] === 'ended')), [watched])
}

/**
 * The conversations with a running answer in this browser, and those whose answer ended while they were not
 * visible.
 */
type Watched = Readonly<Record<string, 'running' | 'ended'>>

/** The limit of watched conversations. The oldest are evicted first. */
const maxWatched = 200

/**
 * Returns the watched conversations after a refresh of the list. `openId` is the conversation that is visible.
 */
export function watchRunning(before: Watched, items: readonly ConversationItem[], openId: string | null): Watched {
  const now = new Map(Object.entries(before))
  for (const { id, running } of items) {
    if (running) now.set(id, 'running')
    else if (now.get(id) === 'running') now.set(id, 'ended')
  }
  if (openId !== null && now.get(openId) === 'ended') now.delete(openId)
  return Object.fromEntries([...now].slice(-maxWatched))
}
