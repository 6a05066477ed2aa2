'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { AuthForm } from '@/components/auth/auth-form'
import { AuthLink } from '@/components/auth/auth-link'
import { EmailField } from '@/components/auth/email-field'
import { OperatorReset } from '@/components/auth/operator-reset'
import { useAuthForm } from '@/components/auth/use-auth-form'
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
