'use client'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { AuthCard, AuthLink } from '@/components/auth/auth-card'
import { AuthForm, EmailField, useAuthForm } from '@/components/auth/auth-form'
import { PasswordField } from '@/components/auth/password-field'
import { ResendLink } from '@/components/auth/resend-link'
import { TextField } from '@/components/ui/text-field'
import { isAboutNewPassword, signUp } from '@/lib/auth/browser-client'
import { maxNameLength } from '@/lib/contract/api'

/** Errors that belong to the email field. Errors of no field are shown above the button. */
const emailCodes = new Set(['INVALID_EMAIL', 'USER_ALREADY_EXISTS', 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL'])

export function SignUpForm({ next }: { next: string }) {
  const t = useTranslations('auth')
  const [mailedTo, setMailedTo] = useState<string | null>(null)
  const { busy, failure, problem, onSubmit } = useAuthForm(
    (field) => signUp({ name: field('name').trim(), email: field('email'), password: field('password') }),
    ({ token }, field) => (token === null ? setMailedTo(field('email')) : window.location.assign(next)),
  )
  if (mailedTo !== null) return <CheckMail email={mailedTo} next={next} />
  const code = failure?.code ?? ''
  const emailError = emailCodes.has(code) ? problem : null
  const passwordError = isAboutNewPassword(code) ? problem : null
  // The name is the only field that the server validates with our own schema.
  const nameError = code === 'INVALID_REQUEST' ? t('nameRefused', { count: maxNameLength }) : null
  return (
    <AuthCard title={t('signUp.title')}>
      <AuthForm
        submitLabel={t('signUp.submit')}
        busyLabel={t('signUp.busy')}
        busy={busy}
        problem={(emailError ?? passwordError ?? nameError) === null ? problem : null}
        onSubmit={onSubmit}
      >
        <TextField
          name="name"
          label={t('name')}
          autoComplete="name"
          maxLength={maxNameLength}
          required
          error={nameError ?? undefined}
        />
        <EmailField error={emailError ?? undefined} />
        <PasswordField name="password" label={t('password')} kind="new" error={passwordError ?? undefined} />
      </AuthForm>
      <p className="mt-6 text-sm text-soft">
        {t('signUp.already')} <AuthLink href="/sign-in" next={next} label={t('signUp.toSignIn')} />
      </p>
    </AuthCard>
  )
}

/**
 * Shown after sign-up if the address has to be confirmed. It looks the same for addresses that already have an account.
 */
function CheckMail({ email, next }: { email: string; next: string }) {
  const t = useTranslations('auth')
  return (
    <AuthCard title={t('verify.checkTitle')}>
      <div role="status" className="mb-5 space-y-2 rounded-xl bg-card px-4 py-3">
        <p className="[overflow-wrap:anywhere]">
          {t.rich('verify.check', { email, address: (address) => <bdi className="font-medium">{address}</bdi> })}
        </p>
        <p className="text-sm text-soft">{t('verify.checkSpam')}</p>
      </div>
      <ResendLink email={email} />
      <p className="mt-6 text-sm">
        <AuthLink href="/sign-in" next={next} label={t('verify.backToSignIn')} />
      </p>
    </AuthCard>
  )
}
