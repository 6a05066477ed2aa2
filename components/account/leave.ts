import { type AuthFailure, signOut } from '@/lib/auth/browser-client'

/** Signs out through a whole page load: nothing of this person stays in memory for the next one. */
export async function leave(): Promise<AuthFailure | null> {
  const result = await signOut()
  // A session that is gone already is just as well.
  if (!result.ok && result.failure.code !== 'UNAUTHENTICATED') return result.failure
  window.location.assign('/sign-in')
  return null
}
