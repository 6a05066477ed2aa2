import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AuthCard } from '@/components/auth/auth-card'
import { returnPath } from '@/components/auth/return-path'
import { SignUpForm } from '@/components/auth/sign-up-form'
import { findPageSession } from '@/lib/http/page-session'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export const metadata: Metadata = { title: 'Create an account' }

export default async function SignUpPage({ searchParams }: { searchParams: SearchParams }) {
  const next = returnPath((await searchParams).next)
  if ((await findPageSession()) !== null) redirect(next)
  return (
    <AuthCard title="Create an account" lead="It takes a minute.">
      <SignUpForm next={next} />
    </AuthCard>
  )
}
