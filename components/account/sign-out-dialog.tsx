'use client'

import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { leave } from '@/components/account/leave'
import { useErrorMessage } from '@/components/api/use-error-message'
import { Dialog } from '@/components/shell/dialog'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

/** Asks whether to keep drafts and queued messages. It opens only if there are any; deleting them is the default. */
export function SignOutDialog({ userId, onClose }: { userId: string; onClose: () => void }) {
  const t = useTranslations('shell')
  const errorMessage = useErrorMessage()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const defaultRef = useRef<HTMLButtonElement>(null)
  // Without this, the browser would focus the close button, because it comes first.
  useEffect(() => defaultRef.current?.focus(), [])
  const signOut = async (drafts: 'keep' | 'remove') => {
    if (busy) return
    setBusy(true)
    setFailed(null)
    const failure = await leave(userId, drafts)
    if (failure === null) return
    setBusy(false)
    setFailed(errorMessage(failure))
  }
  return (
    <Dialog title={t('signOut.title')} onClose={onClose}>
      <div className="space-y-4 overflow-y-auto px-5 pt-1 pb-5">
        <p className="text-sm">{t('signOut.lead')}</p>
        {failed !== null && <Notice message={failed} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button variant="quiet" aria-disabled={busy} onClick={() => void signOut('keep')}>
            {t('signOut.keep')}
          </Button>
          <Button ref={defaultRef} aria-disabled={busy} onClick={() => void signOut('remove')}>
            {t('signOut.remove')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
