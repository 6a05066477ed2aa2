'use client'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { AuthLink } from '@/components/auth/auth-card'
import { AuthForm, EmailField, useAuthForm } from '@/components/auth/auth-form'
import { PasswordField } from '@/components/auth/password-field'
import { ResendLink } from '@/components/auth/resend-link'
import { signIn } from '@/lib/auth/browser-client'

export function SignInForm({ next }: { next: string }) {
  const t = useTranslations('auth')
  // Signing in must load the whole page: a client-side navigation could show content cached for a signed-out
  // user.
  const [email, setEmail] = useState('')
  const { busy, failure, problem, onSubmit } = useAuthForm(
    (field) => {
      setEmail(field('email'))
      return signIn({ email: field('email'), password: field('password') })
    },
    () => window.location.assign(next),
  )
  return (
    <>
      <AuthForm
        submitLabel={t('signIn.submit')}
        busyLabel={t('signIn.busy')}
        busy={busy}
        problem={problem}
        onSubmit={onSubmit}
      >
        <EmailField />
        <PasswordField name="password" label={t('password')} kind="current" />
      </AuthForm>
      {failure?.code === 'EMAIL_NOT_VERIFIED' && (
        <div className="mt-4">
          <ResendLink email={email} />
        </div>
      )}
      <p className="mt-6 flex flex-wrap justify-between gap-x-4 gap-y-2 text-sm">
        <AuthLink href="/sign-up" next={next} label={t('signIn.toSignUp')} />
        <AuthLink href="/forgot-password" next={next} label={t('signIn.toForgotten')} />
      </p>
    </>
  )
}
