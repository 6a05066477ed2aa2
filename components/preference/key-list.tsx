'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { KeyDialog } from '@/components/preference/key-form'
import { SettingSection } from '@/components/preference/setting-section'
import { Dialog } from '@/components/shell/dialog'
import { Button } from '@/components/ui/button'
import { Notice, NoticeAction } from '@/components/ui/notice'
import type { ApiKeyItem, Page } from '@/lib/contract/api'

/** Lists the API keys of the account, and creates and revokes keys. */
export function KeyList({ email }: { email: string }) {
  const t = useTranslations('preference')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
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
    // The row with the focused button is gone, so focus must move.
    makeRef.current?.focus()
  }
  return (
    <SettingSection title={t('keys.legend')} lead={t('keys.words')}>
      {failure !== null && (
        <Notice message={errorMessage(failure)}>
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
      <Button ref={makeRef} variant="quiet" aria-haspopup="dialog" onClick={() => setMaking(true)} className="mt-3">
        {t('keys.make')}
      </Button>
      {isMaking && <KeyDialog email={email} onMade={() => void load()} onClose={() => setMaking(false)} />}
      {toRevoke !== null && (
        <KeyRevocation item={toRevoke} onRevoked={() => onRevoked(toRevoke)} onClose={() => setToRevoke(null)} />
      )}
    </SettingSection>
  )
}

function KeyRow({ item, onRevoke }: { item: ApiKeyItem; onRevoke: () => void }) {
  const t = useTranslations('preference')
  const format = useFormatter()
  const expiresAt = item.expiresAt === null ? null : new Date(item.expiresAt)
  const expiry =
    expiresAt === null
      ? t('keys.neverExpires')
      : t(expiresAt.getTime() < Date.now() ? 'keys.expired' : 'keys.expires', {
          date: format.dateTime(expiresAt, { dateStyle: 'medium' }),
        })
  // The server stores the last use as a UTC date.
  const used =
    item.lastUsedOn === null
      ? t('keys.neverUsed')
      : t('keys.used', {
          date: format.dateTime(new Date(item.lastUsedOn), { dateStyle: 'medium', timeZone: 'UTC' }),
        })
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium [overflow-wrap:anywhere]">
          <bdi>{item.name}</bdi>
        </p>
        <p className="text-sm text-soft">
          <bdi dir="ltr" className="font-mono">
            {item.start}…
          </bdi>
          {' · '}
          {item.scopes.length === 0
            ? t('keys.noScope')
            : format.list(
                item.scopes.map((scope) => t(`keys.scopes.${scope}.name`)),
                { type: 'unit' },
              )}
        </p>
        <p className="text-sm text-soft">
          {used} · {expiry}
        </p>
      </div>
      <Button
        variant="danger"
        aria-haspopup="dialog"
        onClick={onRevoke}
        aria-label={t('keys.revokeKey', { name: item.name })}
      >
        {t('keys.revoke')}
      </Button>
    </li>
  )
}

type KeyRevocationProps = { item: ApiKeyItem; onRevoked: () => void; onClose: () => void }

/** Asks for confirmation, because programs that use the key will stop working. */
function KeyRevocation({ item, onRevoked, onClose }: KeyRevocationProps) {
  const t = useTranslations('preference')
  const errorMessage = useErrorMessage()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const revoke = async (close: () => void) => {
    setBusy(true)
    setFailure(null)
    const result = await callApi(`/api/keys/${item.id}`, { method: 'DELETE' })
    setBusy(false)
    // If another tab has already revoked the key, nothing is left to do.
    if (!result.ok && result.failure.code !== 'not_found') return setFailure(result.failure)
    close()
    onRevoked()
  }
  return (
    <Dialog title={t('keys.confirmTitle')} onClose={onClose}>
      {(close) => (
        <div className="space-y-4 overflow-y-auto px-5 pt-1 pb-5">
          <p className="text-sm [overflow-wrap:anywhere]">{t('keys.confirmWords', { name: item.name })}</p>
          {failure !== null && <Notice message={errorMessage(failure)} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button variant="quiet" onClick={close}>
              {t('keys.keep')}
            </Button>
            <Button variant="danger" aria-disabled={busy} onClick={() => busy || void revoke(close)}>
              {t('keys.confirm')}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
