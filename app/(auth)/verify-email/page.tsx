import type { Metadata } from 'next'
import { AuthCard } from '@/components/auth/auth-card'
import { VerifyEmailForm } from '@/components/auth/verify-email-form'
import { requestTranslator } from '@/lib/i18n/request-language'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('auth')
  return { title: t('verify.title') }
}

export default async function VerifyEmailPage({ searchParams }: { searchParams: SearchParams }) {
  const { token } = await searchParams
  const t = await requestTranslator('auth')
  return (
    <AuthCard title={t('verify.title')}>
      <VerifyEmailForm token={typeof token === 'string' && token !== '' ? token : null} />
    </AuthCard>
  )
}
