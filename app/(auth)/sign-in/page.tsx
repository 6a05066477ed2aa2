import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AuthCard } from '@/components/auth/auth-card'
import { returnPath } from '@/components/auth/return-path'
import { SignInForm } from '@/components/auth/sign-in-form'
import { findPageSession } from '@/lib/http/page-session'
import { requestTranslator } from '@/lib/i18n/request-translator'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('auth')
  return { title: t('signIn.name') }
}

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const next = returnPath((await searchParams).next)
  if ((await findPageSession()) !== null) redirect(next)
  const t = await requestTranslator('auth')
  return (
    <AuthCard title={t('signIn.title')} lead={t('signIn.lead')}>
      <SignInForm next={next} />
    </AuthCard>
  )
}
