import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AuthCard } from '@/components/auth/auth-card'
import { returnPath } from '@/components/auth/return-path'
import { SignInForm } from '@/components/auth/sign-in-form'
import { findPageSession } from '@/lib/http/page-session'
import { requestTranslator } from '@/lib/i18n/request-language'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('auth')
  return { title: t('signIn.name') }
}

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const { next: from, goodbye } = await searchParams
  const next = returnPath(from)
  if ((await findPageSession()) !== null) redirect(next)
  if (goodbye !== undefined) {
    const t = await requestTranslator('preference')
    return (
      <AuthCard title={t('goodbye.title')} lead={t('goodbye.words')}>
        <SignInForm next="/" />
      </AuthCard>
    )
  }
  const t = await requestTranslator('auth')
  return (
    <AuthCard title={t('signIn.title')} lead={t('signIn.lead')}>
      <SignInForm next={next} />
    </AuthCard>
  )
}
