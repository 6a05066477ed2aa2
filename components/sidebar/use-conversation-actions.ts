'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/failure'
import { saveFile } from '@/components/api/save-file'
import { useToast } from '@/components/shell/toast-context'
import { useConversations } from '@/components/sidebar/conversations-context'
import type { ConversationItem } from '@/lib/contract/api'

/** What can be done with a listed conversation. None asks first: what takes something away can be undone. */
export function useConversationActions() {
  const t = useTranslations('sidebar')
  const wordsOf = useErrorMessage()
  const { say } = useToast()
  const { change, remove, restore, refresh } = useConversations()
  const router = useRouter()
  const pathname = usePathname()

  const titleOf = (item: ConversationItem) => item.title || t('untitled')

  /** The server keeps a deleted chat for 30 seconds. */
  const removeItem = async (item: ConversationItem) => {
    const wasOpen = pathname === `/c/${item.id}`
    const failure = await remove(item)
    if (failure !== null) return say({ message: wordsOf(failure) })
    if (wasOpen) router.push('/')
    const undo = async () => {
      const refusal = await restore(item)
      if (refusal !== null) {
        const tooLate = refusal.code === 'not_found'
        return say({ message: tooLate ? t('said.tooLate') : wordsOf(refusal) })
      }
      say(null)
      refresh()
      if (wasOpen) router.push(`/c/${item.id}`)
    }
    say({ message: t('said.deleted', { title: titleOf(item) }), onUndo: () => void undo() })
  }

  const pin = async (item: ConversationItem) => {
    const failure = await change(item, { pinned: !item.pinned })
    if (failure !== null) say({ message: wordsOf(failure) })
  }

  const archive = async (item: ConversationItem) => {
    const archived = !item.archived
    const failure = await change(item, { archived })
    if (failure !== null) return say({ message: wordsOf(failure) })
    const undo = async () => {
      const refusal = await change({ ...item, archived }, { archived: item.archived })
      say(refusal === null ? null : { message: wordsOf(refusal) })
    }
    const said = archived ? 'said.archived' : 'said.unarchived'
    say({ message: t(said, { title: titleOf(item) }), onUndo: () => void undo() })
  }

  const save = async (item: ConversationItem, format: 'markdown' | 'json') => {
    const failure = await saveFile(`/api/conversations/${item.id}/export?format=${format}`)
    say(failure === null ? null : { message: wordsOf(failure) })
  }

  return { removeItem, pin, archive, save }
}
