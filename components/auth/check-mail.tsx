'use client'

import { useTranslations } from 'use-intl'
import { AuthCard } from '@/components/auth/auth-card'
import { AuthLink } from '@/components/auth/auth-link'
import { ResendLink } from '@/components/auth/resend-link'

/**
 * Shown after sign-up if the address has to be confirmed. It looks the same for addresses that already have an account.
 */
export function CheckMail({ email, next }: { email: string; next: string }) {
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
