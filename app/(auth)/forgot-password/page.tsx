import type { Metadata } from 'next'
import { AuthCard } from '@/components/auth/auth-card'
import { ForgotPasswordForm } from '@/components/auth/forgot-password-form'
import { returnPath } from '@/components/auth/return-path'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export const metadata: Metadata = { title: 'Forgotten password' }

export default async function ForgotPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  return (
    <AuthCard title="Forgotten password">
      <ForgotPasswordForm next={returnPath((await searchParams).next)} />
    </AuthCard>
  )
}
