import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { returnPath } from '@/components/auth/return-path'
import { SignUpForm } from '@/components/auth/sign-up-form'
import { findPageSession } from '@/lib/http/page-session'
import { requestTranslator } from '@/lib/i18n/request-language'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('auth')
  return { title: t('signUp.title') }
}

export default async function SignUpPage({ searchParams }: { searchParams: SearchParams }) {
  const next = returnPath((await searchParams).next)
  if ((await findPageSession()) !== null) redirect(next)
  return <SignUpForm next={next} />
}
