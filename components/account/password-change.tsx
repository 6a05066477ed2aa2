'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PasswordInput } from '@/components/account/password-input'
import { useSecretForm } from '@/components/account/use-secret-form'
import { useFailureWords } from '@/components/api/use-failure-words'
import { SettingSection } from '@/components/preference/setting-section'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { changePassword, isAboutNewPassword } from '@/lib/auth/browser-client'

/** Whoever changes a password may do so because somebody else knows it: the server ends all other sessions. */
export function PasswordChange({ email, onChanged }: { email: string; onChanged: () => void }) {
  const t = useTranslations('preference')
  const wordsOf = useFailureWords()
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
  const words = failure === null ? undefined : wordsOf(failure)
  const currentError = code === 'INVALID_PASSWORD' ? words : undefined
  const newError = isAboutNewPassword(code) ? words : undefined
  return (
    <SettingSection title={t('password.title')} lead={t('password.lead')}>
      <form method="post" onSubmit={onSubmit} className="max-w-sm space-y-4">
        {/* Tells a password manager whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput name="currentPassword" label={t('password.current')} kind="current" error={currentError} />
        <PasswordInput
          name="newPassword"
          label={t('password.new')}
          kind="new"
          hint={t('password.rule')}
          error={newError}
        />
        {words !== undefined && currentError === undefined && newError === undefined && <Notice message={words} />}
        <Button type="submit" look="quiet" disabled={busy}>
          {busy ? t('password.busy') : t('password.change')}
        </Button>
        <p role="status" className="text-sm empty:hidden">
          {done && t('password.done')}
        </p>
      </form>
    </SettingSection>
  )
}
