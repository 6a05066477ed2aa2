'use client'

import { useState } from 'react'
import { AuthForm } from '@/components/auth/auth-form'
import { AuthLink } from '@/components/auth/auth-link'
import { EmailField } from '@/components/auth/email-field'
import { OperatorReset } from '@/components/auth/operator-reset'
import { useAuthForm } from '@/components/auth/use-auth-form'
import { requestPasswordReset } from '@/lib/auth/browser-client'

export function ForgotPasswordForm({ next }: { next: string }) {
  const [sent, setSent] = useState(false)
  const { busy, failure, onSubmit } = useAuthForm(
    (field) => requestPasswordReset({ email: field('email') }),
    () => setSent(true),
  )
  const noMail = failure?.code === 'RESET_PASSWORD_DISABLED'
  return (
    <>
      {sent && (
        <p role="status" className="rounded-xl bg-card px-4 py-3">
          If there is an account with this e-mail, a link to choose a new password is on its way. It may take a minute.
        </p>
      )}
      {noMail && <OperatorReset />}
      {!sent && !noMail && (
        <AuthForm
          submitLabel="Send the link"
          busyLabel="Sending…"
          busy={busy}
          problem={failure?.message ?? null}
          onSubmit={onSubmit}
        >
          <p className="text-soft">We mail you a link to choose a new one.</p>
          <EmailField />
        </AuthForm>
      )}
      <p className="mt-6 text-sm">
        <AuthLink href="/sign-in" next={next} label="Back to sign in" />
      </p>
    </>
  )
}
