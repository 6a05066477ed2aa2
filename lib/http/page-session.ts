import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { database } from '@/db/client'
import { auth } from '@/lib/auth/auth'
import { endOutlivedSessions, hasOutlived } from '@/lib/auth/session-life'
import { readEnvironment } from '@/lib/env'
import { sendsKey, sessionHeaders } from './claimed-identity'

export type PageUser = { id: string; name: string; email: string }

/** Who looks at a page: the same look-up of the session row as for a request, once per rendering. Null if nobody. */
export const findPageSession = cache(async (): Promise<{ user: PageUser } | null> => {
  const sent = await headers()
  // Pages are for people: no key is let in, nor a cookie that comes along with one.
  if (sendsKey(sent)) return null
  const session = await auth().api.getSession({ headers: sessionHeaders(sent, readEnvironment()) })
  if (!session) return null
  if (hasOutlived(session.session)) {
    await endOutlivedSessions(database().db, session.session.token)
    return null
  }
  const { id, name, email } = session.user
  return { user: { id, name, email } }
})

/** The same for a page that needs somebody: sends everybody else to sign in and back. `returnTo` is a path of ours. */
export async function requirePageSession(returnTo: string): Promise<{ user: PageUser }> {
  return (await findPageSession()) ?? redirect(`/sign-in?next=${encodeURIComponent(returnTo)}`)
}
