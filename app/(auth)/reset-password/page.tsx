import type { Metadata } from 'next'
import { AuthCard } from '@/components/auth/auth-card'
import { ResetPasswordForm } from '@/components/auth/reset-password-form'
import { requestTranslator } from '@/lib/i18n/request-language'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('auth')
  return { title: t('reset.title') }
}

export default async function ResetPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  // better-auth handles the mailed link and redirects here with `token`, or with `error` if the link has expired.
  const { token } = await searchParams
  const t = await requestTranslator('auth')
  return (
    <AuthCard title={t('reset.title')}>
      <ResetPasswordForm token={typeof token === 'string' && token !== '' ? token : null} />
    </AuthCard>
  )
}
