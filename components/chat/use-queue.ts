'use client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { v7 } from 'uuid'
import { attemptStorage } from '@/components/chat/attempt-storage'
import { asksForApproval, type OutgoingMessage } from '@/components/chat/thread-message'
import type { ThreadState } from '@/components/chat/thread-state'
import type { Send } from '@/components/chat/use-turns'

type QueueOptions = { userId: string; conversationId: string; state: ThreadState; send: Send }

/**
 * The reason why the queue is paused. `restored`: the messages were queued in an earlier visit, perhaps long ago.
 * `asksApproval`: the last answer ended with an approval request, which a new message would cancel.
 */
type Pause = 'no' | 'restored' | 'failed' | 'asked'

export type Queue = {
  items: readonly QueuedMessage[]
  pause: Pause
  add: (message: OutgoingMessage) => void
  remove: (item: QueuedMessage) => void
  clear: () => void
  /** Sends the first message now. The others follow as soon as each turn succeeds. */
  resume: () => void
}

/**
 * Queues messages that are sent while an answer is running. Each is sent when the turn before it has succeeded.
 */
export function useQueue({ userId, conversationId, state, send }: QueueOptions): Queue {
  const storage = useMemo(() => queueStorage(userId, conversationId), [userId, conversationId])
  const [items, setItems] = useState<readonly QueuedMessage[]>([])
  const [pause, setPause] = useState<Pause>('no')
  const [sendingId, setSendingId] = useState<string | null>(null)
  const itemsRef = useRef<readonly QueuedMessage[]>([])

  const replaceItems = useCallback((next: readonly QueuedMessage[]) => {
    itemsRef.current = next
    setItems(next)
    if (next.length === 0) setPause('no')
  }, [])
  const storeItems = useCallback(
    (next: readonly QueuedMessage[]) => {
      replaceItems(next)
      storage.write(next)
    },
    [replaceItems, storage],
  )

  useEffect(() => {
    const stored = storage.read()
    if (stored.length > 0) {
      replaceItems(stored)
      setPause('restored')
    }
    // Another tab has changed the queue. Messages that were added there must be sent there.
    const onStorage = (event: StorageEvent) => {
      if (event.key !== storage.key) return
      const remainingIds = new Set(storage.read().map(({ id }) => id))
      replaceItems(itemsRef.current.filter(({ id }) => remainingIds.has(id)))
    }
    window.addEventListener('storage', onStorage)
    return () => window.removeEventListener('storage', onStorage)
  }, [storage, replaceItems])

  const sendFirst = useCallback(async () => {
    const [first] = itemsRef.current
    if (first === undefined) return
    setPause('no')
    setSendingId(first.id)
    const accepted = await send(first, { id: first.id })
    setSendingId(null)
    // A message stays in storage until the server has accepted it. After a reload it would be sent again with the
    // same id.
    if (accepted) storeItems(itemsRef.current.filter(({ id }) => id !== first.id))
    else setPause('failed')
  }, [send, storeItems])

  const idle = state.running === null
  const lastMessage = state.messages.at(-1)
  const last = lastMessage?.status
  const asksApproval = lastMessage !== undefined && asksForApproval(lastMessage)
  const endedWell = (last === 'complete' || last === 'truncated') && state.refusal === null
  useEffect(() => {
    if (!idle && (pause === 'restored' || pause === 'asked')) setPause('no')
    if (!idle || items.length === 0 || pause !== 'no' || sendingId !== null || last === 'streaming') return
    if (asksApproval) setPause('asked')
    else if (endedWell) void sendFirst()
    else setPause('failed')
  }, [idle, items, pause, sendingId, last, asksApproval, endedWell, sendFirst])

  return {
    items: items.filter(({ id }) => id !== sendingId),
    pause,
    add: (message) => storeItems([...itemsRef.current, { ...message, id: v7() }]),
    remove: (item) => storeItems(itemsRef.current.filter(({ id }) => id !== item.id)),
    clear: () => storeItems([]),
    resume: () => void sendFirst(),
  }
}

/** A queued message. It is always sent with this id, so that the server answers it only once. */
export type QueuedMessage = OutgoingMessage & { id: string }

/** Stores the queue of a conversation in this browser, like a draft. */
export function queueStorage(userId: string, conversationId: string) {
  const key = `gf-queue:${userId}:${conversationId}`
  return {
    key,
    read: (): QueuedMessage[] => attemptStorage(() => parseQueue(localStorage.getItem(key))) ?? [],
    write: (queue: readonly QueuedMessage[]) => {
      attemptStorage(() =>
        queue.length === 0 ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(queue)),
      )
    },
  }
}

/**
 * Returns the valid messages of a stored queue. Browser storage can contain anything, so other values are
 * skipped.
 */
function parseQueue(text: string | null): QueuedMessage[] {
  const queue: unknown = JSON.parse(text ?? '[]')
  return Array.isArray(queue) ? queue.filter(isQueued) : []
}

const isQueued = (value: unknown): value is QueuedMessage =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'text' in value &&
  typeof value.text === 'string' &&
  'files' in value &&
  Array.isArray(value.files)
