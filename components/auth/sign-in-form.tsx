'use client'

import { AuthForm } from '@/components/auth/auth-form'
import { AuthLink } from '@/components/auth/auth-link'
import { EmailField } from '@/components/auth/email-field'
import { PasswordField } from '@/components/auth/password-field'
import { useAuthForm } from '@/components/auth/use-auth-form'
import { signIn } from '@/lib/auth/browser-client'

export function SignInForm({ next }: { next: string }) {
  // A whole page load, not a soft navigation: nothing that was rendered for nobody may linger.
  const { busy, failure, onSubmit } = useAuthForm(
    (field) => signIn({ email: field('email'), password: field('password') }),
    () => window.location.assign(next),
  )
  return (
    <>
      <AuthForm
        submitLabel="Sign in"
        busyLabel="Signing in…"
        busy={busy}
        problem={failure?.message ?? null}
        onSubmit={onSubmit}
      >
        <EmailField />
        <PasswordField name="password" label="Password" kind="current" />
      </AuthForm>
      <p className="mt-6 flex flex-wrap justify-between gap-x-4 gap-y-2 text-sm">
        <AuthLink href="/sign-up" next={next} label="Create an account" />
        <AuthLink href="/forgot-password" next={next} label="Forgot your password?" />
      </p>
    </>
  )
}
