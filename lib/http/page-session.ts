import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { database } from '@/db/client'
import { auth } from '@/lib/auth/auth'
import { endSessionsAtMaxAge, hasReachedMaxAge } from '@/lib/auth/session-life'
import { readEnvironment } from '@/lib/env'
import { sendsKey, sessionHeaders } from './claimed-identity'

type PageUser = { id: string; name: string; email: string }

/** Returns the signed-in user of a page, or null. Reads the row of the session once per rendering. */
export const findPageSession = cache(async (): Promise<{ user: PageUser } | null> => {
  const sent = await headers()
  // Pages are for people, so a request with an API key is treated as signed out, even if it also has a cookie.
  if (sendsKey(sent)) return null
  const session = await auth().api.getSession({ headers: sessionHeaders(sent, readEnvironment()) })
  if (!session) return null
  if (hasReachedMaxAge(session.session)) {
    await endSessionsAtMaxAge(database().db, session.session.token)
    return null
  }
  const { id, name, email } = session.user
  return { user: { id, name, email } }
})

/**
 * Returns the signed-in user, or redirects to the sign-in page and from there to `returnTo`, which
 * must be a path of this site.
 */
export async function requirePageSession(returnTo: string): Promise<{ user: PageUser }> {
  return (await findPageSession()) ?? redirect(`/sign-in?next=${encodeURIComponent(returnTo)}`)
}
