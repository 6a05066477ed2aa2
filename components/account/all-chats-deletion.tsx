'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import { useErrorMessage } from '@/components/api/use-error-message'
import { SettingSection } from '@/components/preference/setting-section'
import { useToast } from '@/components/shell/toast-context'
import { useConversations } from '@/components/sidebar/conversations-context'
import { Button } from '@/components/ui/button'
import type { DeletedConversations } from '@/lib/contract/api'

/**
 * Deletes all conversations without a confirmation, because the toast offers to undo it, as for a single
 * conversation.
 */
export function AllChatsDeletion() {
  const t = useTranslations('preference')
  const errorMessage = useErrorMessage()
  const { showToast } = useToast()
  const { startOver } = useConversations()
  const [busy, setBusy] = useState(false)

  const restore = async (deletedAt: string) => {
    const result = await callApi<{ count: number }>('/api/conversations/restore', {
      method: 'POST',
      body: { deletedAt },
    })
    if (!result.ok) return showToast({ message: errorMessage(result.failure) })
    showToast({ message: result.value.count === 0 ? t('allChats.tooLate') : t('allChats.restored', result.value) })
    startOver()
  }
  const remove = async () => {
    setBusy(true)
    const result = await callApi<DeletedConversations>('/api/conversations', { method: 'DELETE' })
    setBusy(false)
    if (!result.ok) return showToast({ message: errorMessage(result.failure) })
    const { count, deletedAt } = result.value
    if (deletedAt === null) return showToast({ message: t('allChats.none') })
    showToast({ message: t('allChats.deleted', { count }), onUndo: () => void restore(deletedAt) })
    startOver()
  }
  return (
    <SettingSection title={t('allChats.title')} lead={t('allChats.lead')}>
      <Button variant="danger" aria-disabled={busy} onClick={() => busy || void remove()}>
        {t('allChats.delete')}
      </Button>
    </SettingSection>
  )
}
