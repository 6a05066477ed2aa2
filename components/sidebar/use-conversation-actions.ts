'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { saveFile } from '@/components/api/save-file'
import { useErrorMessage } from '@/components/api/use-error-message'
import { useToast } from '@/components/shell/toast-context'
import { useConversations } from '@/components/sidebar/conversations-context'
import type { ConversationItem } from '@/lib/contract/api'

/**
 * Returns the actions on a listed conversation. None needs a confirmation, because deleting and archiving can be
 * undone.
 */
export function useConversationActions() {
  const t = useTranslations('sidebar')
  const errorMessage = useErrorMessage()
  const { showToast } = useToast()
  const { change, remove, restore, refresh } = useConversations()
  const router = useRouter()
  const pathname = usePathname()

  const titleOf = (item: ConversationItem) => item.title || t('untitled')

  /** Deletes a conversation. The server can restore it for 30 seconds. */
  const removeItem = async (item: ConversationItem) => {
    const wasOpen = pathname === `/c/${item.id}`
    const failure = await remove(item)
    if (failure !== null) return showToast({ message: errorMessage(failure) })
    if (wasOpen) router.push('/')
    const undo = async () => {
      const refusal = await restore(item)
      if (refusal !== null) {
        const tooLate = refusal.code === 'not_found'
        return showToast({ message: tooLate ? t('said.tooLate') : errorMessage(refusal) })
      }
      showToast(null)
      refresh()
      if (wasOpen) router.push(`/c/${item.id}`)
    }
    showToast({ message: t('said.deleted', { title: titleOf(item) }), onUndo: () => void undo() })
  }

  const pin = async (item: ConversationItem) => {
    const failure = await change(item, { pinned: !item.pinned })
    if (failure !== null) showToast({ message: errorMessage(failure) })
  }

  const archive = async (item: ConversationItem) => {
    const archived = !item.archived
    const failure = await change(item, { archived })
    if (failure !== null) return showToast({ message: errorMessage(failure) })
    const undo = async () => {
      const refusal = await change({ ...item, archived }, { archived: item.archived })
      showToast(refusal === null ? null : { message: errorMessage(refusal) })
    }
    const messageKey = archived ? 'said.archived' : 'said.unarchived'
    showToast({ message: t(messageKey, { title: titleOf(item) }), onUndo: () => void undo() })
  }

  const save = async (item: ConversationItem, format: 'markdown' | 'json') => {
    const failure = await saveFile(`/api/conversations/${item.id}/export?format=${format}`)
    showToast(failure === null ? null : { message: errorMessage(failure) })
  }

  return { removeItem, pin, archive, save }
}
