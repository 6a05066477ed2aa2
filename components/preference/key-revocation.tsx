'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useFailureWords } from '@/components/api/use-failure-words'
import { Dialog } from '@/components/shell/dialog'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ApiKeyItem } from '@/lib/contract/api'

type KeyRevocationProps = { item: ApiKeyItem; onRevoked: () => void; onClose: () => void }

/** Asks once more: programs that have the key stop working. */
export function KeyRevocation({ item, onRevoked, onClose }: KeyRevocationProps) {
  const t = useTranslations('preference')
  const wordsOf = useFailureWords()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const revoke = async (close: () => void) => {
    setBusy(true)
    setFailure(null)
    const result = await callApi(`/api/keys/${item.id}`, { method: 'DELETE' })
    setBusy(false)
    // Gone already, by another tab: that is what was wanted.
    if (!result.ok && result.failure.code !== 'not_found') return setFailure(result.failure)
    close()
    onRevoked()
  }
  return (
    <Dialog title={t('keys.confirmTitle')} onClose={onClose}>
      {(close) => (
        <div className="space-y-4 overflow-y-auto px-5 pt-1 pb-5">
          <p className="text-sm [overflow-wrap:anywhere]">{t('keys.confirmWords', { name: item.name })}</p>
          {failure !== null && <Notice message={wordsOf(failure)} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button look="quiet" onClick={close}>
              {t('keys.keep')}
            </Button>
            <Button look="danger" aria-disabled={busy} onClick={() => busy || void revoke(close)}>
              {t('keys.confirm')}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
