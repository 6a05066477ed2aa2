'use client'

import { useState } from 'react'
import { AuthForm } from '@/components/auth/auth-form'
import { AuthLink } from '@/components/auth/auth-link'
import { PasswordField } from '@/components/auth/password-field'
import { useAuthForm } from '@/components/auth/use-auth-form'
import { resetPassword } from '@/lib/auth/browser-client'

const stale = 'This link is used up or too old.'

/** `token` is null when the mailed link was already refused on its way here. */
export function ResetPasswordForm({ token }: { token: string | null }) {
  const [done, setDone] = useState(false)
  const { busy, failure, onSubmit } = useAuthForm(
    (field) => resetPassword({ newPassword: field('newPassword'), token: token ?? '' }),
    () => setDone(true),
  )
  if (done) {
    return (
      <p role="status">
        Your password is changed. <AuthLink href="/sign-in" next="/" label="Sign in with it" />
      </p>
    )
  }
  if (token === null || failure?.code === 'INVALID_TOKEN') {
    return (
      <p role="alert">
        {stale} <AuthLink href="/forgot-password" next="/" label="Ask for a new one" />
      </p>
    )
  }
  return (
    <AuthForm
      submitLabel="Set the new password"
      busyLabel="Saving…"
      busy={busy}
      problem={failure?.message ?? null}
      onSubmit={onSubmit}
    >
      <PasswordField name="newPassword" label="New password" kind="new" />
    </AuthForm>
  )
}
