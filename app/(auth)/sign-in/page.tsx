import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AuthCard } from '@/components/auth/auth-card'
import { returnPath } from '@/components/auth/return-path'
import { SignInForm } from '@/components/auth/sign-in-form'
import { findPageSession } from '@/lib/http/page-session'
import { requestTranslator } from '@/lib/i18n/request-translator'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export const metadata: Metadata = { title: 'Sign in' }

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
  return (
    <AuthCard title="Welcome back" lead="Sign in to go on where you were.">
      <SignInForm next={next} />
    </AuthCard>
  )
}
