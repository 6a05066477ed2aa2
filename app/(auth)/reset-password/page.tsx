import type { Metadata } from 'next'
import { AuthCard } from '@/components/auth/auth-card'
import { ResetPasswordForm } from '@/components/auth/reset-password-form'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

export const metadata: Metadata = { title: 'Choose a new password' }

export default async function ResetPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  // The mailed link passes through better-auth, which sends on `token`, or `error` when it is no good any more.
  const { token } = await searchParams
  return (
    <AuthCard title="Choose a new password">
      <ResetPasswordForm token={typeof token === 'string' && token !== '' ? token : null} />
    </AuthCard>
  )
}
