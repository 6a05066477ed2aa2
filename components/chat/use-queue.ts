'use client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { v7 } from 'uuid'
import { attemptStorage } from '@/components/chat/attempt-storage'
import { asksForApproval, type OutgoingMessage } from '@/components/chat/thread-message'
import type { ThreadState } from '@/components/chat/thread-state'
import type { Send } from '@/components/chat/use-turns'

type QueueOptions = { userId: string; conversationId: string; state: ThreadState; send: Send }

/**
 * Why nothing is sent by itself. `restored`: it waited while no page was open, perhaps for long. `asked`: the answer before
 * ended with a question, which a message would close.
 */
type Pause = 'no' | 'restored' | 'failed' | 'asked'

export type Queue = {
  items: readonly QueuedMessage[]
  pause: Pause
  add: (message: OutgoingMessage) => void
  remove: (item: QueuedMessage) => void
  clear: () => void
  /** Sends the first one now; the others follow as the turns end well. */
  goOn: () => void
}

/** Messages that were sent while an answer was being written: one after another, each when the turn before it ended well. */
export function useQueue({ userId, conversationId, state, send }: QueueOptions): Queue {
  const storage = useMemo(() => queueStorage(userId, conversationId), [userId, conversationId])
  const [items, setItems] = useState<readonly QueuedMessage[]>([])
  const [pause, setPause] = useState<Pause>('no')
  const [sendingId, setSendingId] = useState<string | null>(null)
  const held = useRef<readonly QueuedMessage[]>([])

  const show = useCallback((next: readonly QueuedMessage[]) => {
    held.current = next
    setItems(next)
    if (next.length === 0) setPause('no')
  }, [])
  const put = useCallback(
    (next: readonly QueuedMessage[]) => {
      show(next)
      storage.write(next)
    },
    [show, storage],
  )

  useEffect(() => {
    const kept = storage.read()
    if (kept.length > 0) {
      show(kept)
      setPause('restored')
    }
    // Another tab has sent or removed some. What it adds is its own to send.
    const onStorage = (event: StorageEvent) => {
      if (event.key !== storage.key) return
      const left = new Set(storage.read().map(({ id }) => id))
      show(held.current.filter(({ id }) => left.has(id)))
    }
    window.addEventListener('storage', onStorage)
    return () => window.removeEventListener('storage', onStorage)
  }, [storage, show])

  const sendFirst = useCallback(async () => {
    const [first] = held.current
    if (first === undefined) return
    setPause('no')
    setSendingId(first.id)
    const accepted = await send(first, { id: first.id })
    setSendingId(null)
    // Kept until it is safe at the server: a reload before that finds it again, and sends it under the same id.
    if (accepted) put(held.current.filter(({ id }) => id !== first.id))
    else setPause('failed')
  }, [send, put])

  const idle = state.running === null
  const lastMessage = state.messages.at(-1)
  const last = lastMessage?.status
  const asked = lastMessage !== undefined && asksForApproval(lastMessage)
  const endedWell = (last === 'complete' || last === 'truncated') && state.refusal === null
  useEffect(() => {
    if (!idle && (pause === 'restored' || pause === 'asked')) setPause('no')
    if (!idle || items.length === 0 || pause !== 'no' || sendingId !== null || last === 'streaming') return
    if (asked) setPause('asked')
    else if (endedWell) void sendFirst()
    else setPause('failed')
  }, [idle, items, pause, sendingId, last, asked, endedWell, sendFirst])

  return {
    items: items.filter(({ id }) => id !== sendingId),
    pause,
    add: (message) => put([...held.current, { ...message, id: v7() }]),
    remove: (item) => put(held.current.filter(({ id }) => id !== item.id)),
    clear: () => put([]),
    goOn: () => void sendFirst(),
  }
}

/** A message that waits for its turn. Its id is the one it will be sent under: sent twice, it is asked once. */
export type QueuedMessage = OutgoingMessage & { id: string }

/** The waiting messages of a conversation, kept in this browser as the draft is. */
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

/** Anybody at this browser may have written there: what is no message is left out. */
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
