import type { Metadata } from 'next'
import { AuthCard } from '@/components/auth/auth-form'
import { ResetPasswordForm } from '@/components/auth/reset-password-form'
import { requestTranslator } from '@/lib/i18n/request-language'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('auth')
  return { title: t('reset.title') }
}

export default async function ResetPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  // The mailed link passes through better-auth, which sends on `token`, or `error` when it is no good any more.
  const { token } = await searchParams
  const t = await requestTranslator('auth')
  return (
    <AuthCard title={t('reset.title')}>
      <ResetPasswordForm token={typeof token === 'string' && token !== '' ? token : null} />
    </AuthCard>
  )
}
