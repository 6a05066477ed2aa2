import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AuthCard } from '@/components/auth/auth-card'
import { returnPath } from '@/components/auth/return-path'
import { SignInForm } from '@/components/auth/sign-in-form'
import { findPageSession } from '@/lib/http/page-session'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const next = returnPath((await searchParams).next)
  if ((await findPageSession()) !== null) redirect(next)
  return (
    <AuthCard title="Welcome back" lead="Sign in to go on where you were.">
      <SignInForm next={next} />
    </AuthCard>
  )
}
