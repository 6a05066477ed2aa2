'use client'
import { type FormEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { PasswordInput } from '@/components/account/password-change'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { Dialog } from '@/components/shell/dialog'
import { Button } from '@/components/ui/button'
import { CopyField } from '@/components/ui/copy-field'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import { type AuthFailure, signIn } from '@/lib/auth/browser-client'
import { type ApiKeyRequest, keyScopes, type MadeApiKey, maxNameLength } from '@/lib/contract/api'

const expiries = Object.freeze([30, 90, 365, null])

type KeyFormProps = { email: string; onMade: (key: MadeApiKey) => void; onCancel: () => void }

/**
 * A form for a new API key: its name, scopes and expiry. If the session is not fresh, it also asks for the
 * password.
 */
function KeyForm({ email, onMade, onCancel }: KeyFormProps) {
  const t = useTranslations('preference')
  const errorMessage = useErrorMessage()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isScopeMissing, setScopeMissing] = useState(false)
  const [asksPassword, setAsksPassword] = useState(false)
  const [refused, setRefused] = useState<AuthFailure | null>(null)
  const make = async (body: ApiKeyRequest) => {
    const result = await callApi<MadeApiKey>('/api/keys', { method: 'POST', body })
    if (result.ok) onMade(result.value)
    else if (result.failure.code === 'session_not_fresh') setAsksPassword(true)
    else setFailure(result.failure)
  }
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const scopes = keyScopes.filter((scope) => fields.getAll('scope').includes(scope))
    setScopeMissing(scopes.length === 0)
    if (scopes.length === 0 || busy) return
    const days = Number(fields.get('expiry'))
    const body: ApiKeyRequest = { name: String(fields.get('name')), scopes, expiresInDays: days === 0 ? null : days }
    setBusy(true)
    setFailure(null)
    setRefused(null)
    const signedIn = asksPassword ? await signIn({ email, password: String(fields.get('password')) }) : null
    if (signedIn?.ok === false) setRefused(signedIn.failure)
    else {
      setAsksPassword(false)
      await make(body)
    }
    setBusy(false)
  }
  const isWrong = refused?.code === 'INVALID_EMAIL_OR_PASSWORD'
  return (
    <form method="post" onSubmit={onSubmit} className="space-y-5 overflow-y-auto px-5 pt-1 pb-5">
      <TextField
        name="name"
        label={t('keys.name')}
        hint={t('keys.nameHint')}
        required
        maxLength={maxNameLength}
        pattern=".*\S.*"
      />
      <fieldset aria-describedby={isScopeMissing ? 'key-scope-missing' : undefined}>
        <legend className="mb-1.5 text-sm font-medium">{t('keys.mayDo')}</legend>
        <div className="space-y-2">
          {keyScopes.map((scope) => (
            <label key={scope} className="flex items-start gap-3">
              <input type="checkbox" name="scope" value={scope} className="mt-1 size-4 shrink-0 accent-accent" />
              <span>
                <span className="font-medium">{t(`keys.scopes.${scope}.name`)}</span>
                <span className="block text-sm text-soft">{t(`keys.scopes.${scope}.words`)}</span>
              </span>
            </label>
          ))}
        </div>
        {isScopeMissing && (
          <p id="key-scope-missing" role="alert" className="mt-1.5 text-sm text-danger">
            {t('keys.scopeMissing')}
          </p>
        )}
      </fieldset>
      <label className="block">
        <span className="mb-1.5 block text-sm font-medium">{t('keys.expiry')}</span>
        <select
          name="expiry"
          defaultValue={90}
          className="h-11 w-full max-w-sm rounded-xl border border-edge bg-lift px-3"
        >
          {expiries.map((days) => (
            <option key={days} value={days ?? 0}>
              {days === null ? t('keys.never') : t('keys.days', { count: days })}
            </option>
          ))}
        </select>
      </label>
      {asksPassword && (
        <div className="space-y-3">
          <p role="alert" className="text-sm">
            {t('keys.again')}
          </p>
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            name="password"
            label={t('account.password')}
            kind="current"
            error={isWrong ? errorMessage({ ...refused, code: 'INVALID_PASSWORD' }) : undefined}
          />
        </div>
      )}
      {refused !== null && !isWrong && <Notice message={errorMessage(refused)} />}
      {failure !== null && <Notice message={errorMessage(failure)} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="quiet" onClick={onCancel}>
          {t('keys.cancel')}
        </Button>
        <Button type="submit" disabled={busy}>
          {busy ? t('keys.busy') : t('keys.create')}
        </Button>
      </div>
    </form>
  )
}

type KeyDialogProps = { email: string; onMade: () => void; onClose: () => void }

/** Creates an API key and shows it. The key is visible only until the dialog is closed. */
export function KeyDialog({ email, onMade, onClose }: KeyDialogProps) {
  const t = useTranslations('preference')
  const [createdKey, setCreatedKey] = useState<MadeApiKey | null>(null)
  const onCreated = (key: MadeApiKey) => {
    setCreatedKey(key)
    onMade()
  }
  return (
    <Dialog title={t(createdKey === null ? 'keys.makeTitle' : 'keys.madeTitle')} onClose={onClose}>
      {(close) =>
        createdKey === null ? (
          <KeyForm email={email} onMade={onCreated} onCancel={close} />
        ) : (
          <MadeKey createdKey={createdKey} onDone={close} />
        )
      }
    </Dialog>
  )
}

/** Shows the new key. The key field receives the focus, because the form that had it is gone. */
function MadeKey({ createdKey, onDone }: { createdKey: MadeApiKey; onDone: () => void }) {
  const t = useTranslations('preference')
  const labels = {
    label: t('keys.key'),
    copy: t('keys.copy'),
    copied: t('keys.copied'),
    notCopied: t('keys.notCopied'),
  }
  return (
    <div className="space-y-4 overflow-y-auto px-5 pt-1 pb-5">
      <p className="text-sm">{t('keys.madeWords')}</p>
      <CopyField value={createdKey.key} labels={labels} actionOnMount="focus" mono />
      <div className="flex justify-end">
        <Button variant="quiet" onClick={onDone}>
          {t('keys.done')}
        </Button>
      </div>
    </div>
  )
}
