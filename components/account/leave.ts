import { removeUnsentTexts } from '@/components/composer/use-draft'
import { type AuthFailure, signOut } from '@/lib/auth/browser-client'

/**
 * Signs out and reloads the sign-in page, so that no data of this user stays in memory. Drafts and queued messages are
 * removed from the browser after the session has ended, unless the user keeps them.
 */
export async function leave(userId: string, drafts: 'keep' | 'remove'): Promise<AuthFailure | null> {
  const result = await signOut()
  // If the session has already ended, the user is signed out, so this is not a failure.
  if (!result.ok && result.failure.code !== 'UNAUTHENTICATED') return result.failure
  if (drafts === 'remove') removeUnsentTexts(userId)
  window.location.assign('/sign-in')
  return null
}
