'use client'

import { usePathname, useRouter } from 'next/navigation'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { useConversations } from '@/components/sidebar/conversations-context'
import { type Toast, UndoToast } from '@/components/sidebar/undo-toast'
import type { ConversationItem } from '@/lib/contract/api'

type Deletion = { remove: (item: ConversationItem) => void; toast: Toast | null; closeToast: () => void }

const DeletionContext = createContext<Deletion | null>(null)

/** Deleting asks nothing and can be undone: the server keeps a deleted chat for 30 seconds. */
export function DeletionProvider({ children }: { children: ReactNode }) {
  const conversations = useConversations()
  const [toast, setToast] = useState<Toast | null>(null)
  const router = useRouter()
  const pathname = usePathname()

  const remove = useCallback(
    async (item: ConversationItem) => {
      const wasOpen = pathname === `/c/${item.id}`
      const failure = await conversations.remove(item)
      if (failure !== null) return setToast({ message: failure.message, onUndo: null })
      if (wasOpen) router.push('/')
      const undo = async () => {
        const refusal = await conversations.restore(item)
        setToast(refusal === null ? null : { message: 'It is too late to bring this chat back.', onUndo: null })
        if (refusal === null && wasOpen) router.push(`/c/${item.id}`)
      }
      setToast({ message: `Deleted “${item.title || 'New chat'}”`, onUndo: () => void undo() })
    },
    [conversations.remove, conversations.restore, pathname, router],
  )
  const closeToast = useCallback(() => setToast(null), [])
  const value = useMemo(
    () => ({ remove: (item: ConversationItem) => void remove(item), toast, closeToast }),
    [remove, toast, closeToast],
  )
  return (
    <DeletionContext value={value}>
      {children}
      <UndoToast toast={toast} onClose={closeToast} place="page" />
    </DeletionContext>
  )
}

export function useDeletion(): Deletion {
  const deletion = useContext(DeletionContext)
  if (deletion === null) throw new Error('useDeletion outside of DeletionProvider')
  return deletion
}
