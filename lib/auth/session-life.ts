import { and, eq, gt, not, type SQL, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { session, user } from '@/db/schema/auth'

/** Each use renews a session, but 30 days after it began it ends and the user must sign in again. */
const absoluteLifeDays = 30
const absoluteLifeMs = absoluteLifeDays * 24 * 60 * 60 * 1000

/** Whether a session has reached its maximum age, regardless of renewals. */
export const hasOutlived = ({ createdAt }: { createdAt: Date }) => createdAt.getTime() + absoluteLifeMs < Date.now()

/** The same check as a condition on the `session` table, by the database's clock. */
const isOutlived = (): SQL => sql`${session.createdAt} < now() - make_interval(days => ${absoluteLifeDays}::int)`

/**
 * Deletes the expired sessions of the user to whom this token belongs and clears the user's own answer cache, as
 * signing out does, in one statement. Returns whether the session of this token was one of them.
 */
export async function endOutlivedSessions(db: Database, token: string): Promise<boolean> {
  const ended = await db.execute(sql`
    with ended as (
      delete from ${session} where ${isOutlived()}
        and ${session.userId} = (select held.user_id from ${session} held where held.token = ${token})
      returning ${session.userId}, ${session.token}
    ), forgotten as (
      update ${user} set cache_epoch = cache_epoch + 1 where ${user.id} in (select user_id from ended)
    )
    select token from ended where token = ${token}`)
  return rowsOf(ended).length > 0
}

/** For so long after signing in nobody is asked for the password again. */
const freshAgeMs = 24 * 60 * 60 * 1000

/** Whether somebody has signed in lately enough to do what outlives their session. */
export const isFresh = ({ createdAt }: { createdAt: Date }) => createdAt.getTime() + freshAgeMs > Date.now()

/** Whether a session is still valid: not signed out, revoked, expired or too old, by the database's clock. */
export async function sessionHolds(db: Database, sessionId: string): Promise<boolean> {
  const rows = await db
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.id, sessionId), gt(session.expiresAt, sql`now()`), not(isOutlived())))
  return rows.length > 0
}

/** Who a request claims to come from, unverified: a session by its token, an API key by the hash that we keep of it. */
export type ClaimedIdentity = { by: 'session'; token: string } | { by: 'key'; hash: string }

/** The user whom an identity names, as a value in SQL; null if nobody. It says nothing about whether the identity holds. */
export function ownerOf(identity: ClaimedIdentity): SQL {
  return identity.by === 'session'
    ? sql`(select user_id from session where token = ${identity.token})`
    : sql`(select reference_id from apikey where key = ${identity.hash})`
}
