'use client'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { AuthLink } from '@/components/auth/auth-card'
import { AuthForm, useAuthForm } from '@/components/auth/auth-form'
import { PasswordField } from '@/components/auth/password-field'
import { resetPassword } from '@/lib/auth/browser-client'

/** Sets a new password. `token` is null if the server has already rejected the mailed link. */
export function ResetPasswordForm({ token }: { token: string | null }) {
  const t = useTranslations('auth')
  const common = useTranslations('common')
  const [done, setDone] = useState(false)
  const { busy, failure, problem, onSubmit } = useAuthForm(
    (field) => resetPassword({ newPassword: field('newPassword'), token: token ?? '' }),
    () => setDone(true),
  )
  if (done) {
    return (
      <p role="status">
        {t('reset.done')} <AuthLink href="/sign-in" next="/" label={t('reset.toSignIn')} />
      </p>
    )
  }
  if (token === null || failure?.code === 'INVALID_TOKEN') {
    return (
      <p role="alert">
        {t('reset.stale')} <AuthLink href="/forgot-password" next="/" label={t('reset.again')} />
      </p>
    )
  }
  return (
    <AuthForm
      submitLabel={t('reset.submit')}
      busyLabel={common('saving')}
      busy={busy}
      problem={problem}
      onSubmit={onSubmit}
    >
      <PasswordField name="newPassword" label={t('newPassword')} kind="new" />
    </AuthForm>
  )
}
