'use client'
import { useTranslations } from 'use-intl'
import { AuthLink } from '@/components/auth/auth-card'
import { AuthForm, useAuthForm } from '@/components/auth/auth-form'
import { PasswordField } from '@/components/auth/password-field'
import { verifyEmail } from '@/lib/auth/browser-client'

/** Confirms the address with the password of the account and signs in. `token` is null if the link has none. */
export function VerifyEmailForm({ token }: { token: string | null }) {
  const t = useTranslations('auth')
  const { busy, failure, problem, onSubmit } = useAuthForm(
    (field) => verifyEmail({ token: token ?? '', password: field('password') }),
    () => window.location.assign('/'),
  )
  if (token === null || failure?.code === 'INVALID_TOKEN') {
    return (
      <p role="alert">
        {t('verify.stale')} <AuthLink href="/sign-in" next="/" label={t('verify.toSignIn')} />
      </p>
    )
  }
  const isWrong = failure?.code === 'INVALID_PASSWORD'
  return (
    <>
      <AuthForm
        submitLabel={t('verify.submit')}
        busyLabel={t('verify.busy')}
        busy={busy}
        problem={isWrong ? null : problem}
        onSubmit={onSubmit}
      >
        <p className="text-soft">{t('verify.lead')}</p>
        <PasswordField
          name="password"
          label={t('password')}
          kind="current"
          error={isWrong ? t('verify.wrongPassword') : undefined}
        />
      </AuthForm>
      <p className="mt-6 text-sm">
        <AuthLink href="/forgot-password" next="/" label={t('verify.toForgotten')} />
      </p>
    </>
  )
}
