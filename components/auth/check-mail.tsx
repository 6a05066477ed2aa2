'use client'

import { useTranslations } from 'use-intl'
import { ResendLink } from '@/components/auth/resend-link'

/** Shown after sign-up where an address has to be confirmed. The text is the same for addresses that have an account. */
export function CheckMail({ email }: { email: string }) {
  const t = useTranslations('auth')
  return (
    <div className="space-y-5">
      <div role="status" className="space-y-2 rounded-xl bg-card px-4 py-3">
        <p className="font-medium">{t('verify.checkTitle')}</p>
        <p className="[overflow-wrap:anywhere]">
          {t.rich('verify.check', { email, address: (address) => <bdi className="font-medium">{address}</bdi> })}
        </p>
        <p className="text-sm text-soft">{t('verify.checkSpam')}</p>
      </div>
      <ResendLink email={email} />
    </div>
  )
}
