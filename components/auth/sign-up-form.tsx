'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { AuthCard } from '@/components/auth/auth-card'
import { AuthForm } from '@/components/auth/auth-form'
import { AuthLink } from '@/components/auth/auth-link'
import { CheckMail } from '@/components/auth/check-mail'
import { EmailField } from '@/components/auth/email-field'
import { PasswordField } from '@/components/auth/password-field'
import { useAuthForm } from '@/components/auth/use-auth-form'
import { TextField } from '@/components/ui/text-field'
import { isAboutNewPassword, signUp } from '@/lib/auth/browser-client'
import { maxNameLength } from '@/lib/contract/api'

/** Which failures belong to a field; the others stand above the button. */
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
    <AuthCard title={t('signUp.title')} lead={t('signUp.lead')}>
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
