import type { Metadata } from 'next'
import { AuthCard } from '@/components/auth/auth-card'
import { ForgotPasswordForm } from '@/components/auth/forgot-password-form'
import { returnPath } from '@/components/auth/return-path'
import { requestTranslator } from '@/lib/i18n/request-language'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('auth')
  return { title: t('forgotten.title') }
}

export default async function ForgotPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  const t = await requestTranslator('auth')
  return (
    <AuthCard title={t('forgotten.title')}>
      <ForgotPasswordForm next={returnPath((await searchParams).next)} />
    </AuthCard>
  )
}
