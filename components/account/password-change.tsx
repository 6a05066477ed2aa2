'use client'
import { type FormEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { SettingSection } from '@/components/preference/setting-section'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import { type AuthFailure, type AuthResult, changePassword, isAboutNewPassword } from '@/lib/auth/browser-client'

/**
 * A form that changes the password. The server then ends all other sessions, because the old password may be
 * known to others.
 */
export function PasswordChange({ email, onChanged }: { email: string; onChanged: () => void }) {
  const t = useTranslations('preference')
  const errorMessage = useErrorMessage()
  const [done, setDone] = useState(false)
  const { busy, failure, onSubmit } = useSecretForm(
    (field) => {
      setDone(false)
      return changePassword({ currentPassword: field('currentPassword'), newPassword: field('newPassword') })
    },
    () => {
      setDone(true)
      onChanged()
    },
  )
  const code = failure?.code ?? ''
  const message = failure === null ? undefined : errorMessage(failure)
  const currentError = code === 'INVALID_PASSWORD' ? message : undefined
  const newError = isAboutNewPassword(code) ? message : undefined
  return (
    <SettingSection title={t('password.title')} lead={t('password.lead')}>
      <form method="post" onSubmit={onSubmit} className="max-w-sm space-y-4">
        {/* Lets password managers associate the password with the right account. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput name="currentPassword" label={t('password.current')} kind="current" error={currentError} />
        <PasswordInput
          name="newPassword"
          label={t('password.new')}
          kind="new"
          hint={t('password.rule')}
          error={newError}
        />
        {message !== undefined && currentError === undefined && newError === undefined && <Notice message={message} />}
        <Button type="submit" variant="quiet" disabled={busy}>
          {busy ? t('password.busy') : t('password.change')}
        </Button>
        <p role="status" className="text-sm empty:hidden">
          {done && t('password.done')}
        </p>
      </form>
    </SettingSection>
  )
}

type PasswordInputProps = {
  name: string
  label: string
  kind: 'current' | 'new'
  hint?: string
  error?: string | undefined
}

/**
 * A password field for signed-in users. It is uncontrolled, so that values filled in by a password manager are
 * never lost.
 */
export function PasswordInput({ name, label, kind, hint, error }: PasswordInputProps) {
  return (
    <TextField
      name={name}
      label={label}
      type="password"
      autoComplete={kind === 'new' ? 'new-password' : 'current-password'}
      required
      {...(kind === 'new' ? { minLength: 12 } : {})}
      maxLength={128}
      {...(hint === undefined ? {} : { hint })}
      error={error}
    />
  )
}

type FieldReader = (name: string) => string

/**
 * State of a form with passwords: allows one submit at a time, returns its failure, and clears the fields on
 * success.
 */
export function useSecretForm(submit: (field: FieldReader) => Promise<AuthResult<unknown>>, onDone: () => void) {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<AuthFailure | null>(null)
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const form = event.currentTarget
    const fields = new FormData(form)
    setBusy(true)
    setFailure(null)
    const result = await submit((name) => String(fields.get(name) ?? ''))
    setBusy(false)
    if (!result.ok) return setFailure(result.failure)
    form.reset()
    onDone()
  }
  return { busy, failure, onSubmit }
}
