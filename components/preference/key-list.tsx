'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useFailureWords } from '@/components/api/use-failure-words'
import { KeyDialog } from '@/components/preference/key-dialog'
import { KeyRevocation } from '@/components/preference/key-revocation'
import { KeyRow } from '@/components/preference/key-row'
import { SettingSection } from '@/components/preference/setting-section'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'
import type { ApiKeyItem, Page } from '@/lib/contract/api'

/** With what other programs may act in this person's name, and how to end that. */
export function KeyList({ email }: { email: string }) {
  const t = useTranslations('preference')
  const common = useTranslations('common')
  const wordsOf = useFailureWords()
  const [keys, setKeys] = useState<ApiKeyItem[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isMaking, setMaking] = useState(false)
  const [toRevoke, setToRevoke] = useState<ApiKeyItem | null>(null)
  const [revoked, setRevoked] = useState<string | null>(null)
  const makeRef = useRef<HTMLButtonElement>(null)

  const load = useCallback(async () => {
    setFailure(null)
    const result = await callApi<Page<ApiKeyItem>>('/api/keys')
    if (result.ok) setKeys(result.value.items)
    else setFailure(result.failure)
  }, [])
  useEffect(() => void load(), [load])

  const onRevoked = ({ id, name }: ApiKeyItem) => {
    setKeys((now) => now?.filter((key) => key.id !== id) ?? null)
    setRevoked(name)
    // The button that had the focus is gone with its row.
    makeRef.current?.focus()
  }
  return (
    <SettingSection title={t('keys.legend')} lead={t('keys.words')}>
      {failure !== null && (
        <Notice message={wordsOf(failure)}>
          <NoticeAction label={common('retry')} onAct={() => void load()} />
        </Notice>
      )}
      {failure === null && keys === null && <p role="status">{t('keys.loading')}</p>}
      {keys !== null && keys.length > 0 && (
        <ul className="divide-y divide-line rounded-xl border border-line">
          {keys.map((item) => (
            <KeyRow key={item.id} item={item} onRevoke={() => setToRevoke(item)} />
          ))}
        </ul>
      )}
      <p role="status" className="mt-3 text-sm text-soft empty:hidden">
        {revoked !== null && t('keys.revoked', { name: revoked })}
      </p>
      <Button ref={makeRef} look="quiet" aria-haspopup="dialog" onClick={() => setMaking(true)} className="mt-3">
        {t('keys.make')}
      </Button>
      {isMaking && <KeyDialog email={email} onMade={() => void load()} onClose={() => setMaking(false)} />}
      {toRevoke !== null && (
        <KeyRevocation item={toRevoke} onRevoked={() => onRevoked(toRevoke)} onClose={() => setToRevoke(null)} />
      )}
    </SettingSection>
  )
}
