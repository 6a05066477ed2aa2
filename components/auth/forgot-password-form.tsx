'use client'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { AuthLink } from '@/components/auth/auth-card'
import { AuthForm, EmailField, useAuthForm } from '@/components/auth/auth-form'
import { requestPasswordReset } from '@/lib/auth/browser-client'

export function ForgotPasswordForm({ next }: { next: string }) {
  const t = useTranslations('auth')
  const [sent, setSent] = useState(false)
  const { busy, failure, problem, onSubmit } = useAuthForm(
    (field) => requestPasswordReset({ email: field('email') }),
    () => setSent(true),
  )
  const noMail = failure?.code === 'RESET_PASSWORD_DISABLED'
  return (
    <>
      {sent && (
        <p role="status" className="rounded-xl bg-card px-4 py-3">
          {t('forgotten.sent')}
        </p>
      )}
      {noMail && <OperatorReset />}
      {!sent && !noMail && (
        <AuthForm
          submitLabel={t('forgotten.submit')}
          busyLabel={t('forgotten.busy')}
          busy={busy}
          problem={problem}
          onSubmit={onSubmit}
        >
          <p className="text-soft">{t('forgotten.lead')}</p>
          <EmailField />
        </AuthForm>
      )}
      <p className="mt-6 text-sm">
        <AuthLink href="/sign-in" next={next} label={t('forgotten.back')} />
      </p>
    </>
  )
}

/** Shown if the server cannot send email: the operator can reset the password with a command. */
function OperatorReset() {
  const t = useTranslations('auth')
  return (
    <div role="alert" className="rounded-xl bg-card px-4 py-3">
      <p>{t('forgotten.noMail')}</p>
      <p dir="ltr" className="mt-2 overflow-x-auto rounded-lg border border-line bg-page px-3 py-2 font-mono text-sm">
        npm run user:reset -- EMAIL
      </p>
    </div>
  )
}
