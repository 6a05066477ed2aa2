import { and, eq, gt, not, type SQL, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { countRows } from '@/db/rows'
import { session, user } from '@/db/schema/auth'

/** A session is renewed by use, but must end 30 days after it began. Then the user has to sign in again. */
const absoluteLifeDays = 30
const absoluteLifeMs = absoluteLifeDays * 24 * 60 * 60 * 1000

/** Whether a session has reached its maximum age, regardless of renewals. */
export const hasReachedMaxAge = ({ createdAt }: { createdAt: Date }) =>
  createdAt.getTime() + absoluteLifeMs < Date.now()

/** Returns the same check as a condition on the `session` table, by the clock of the database. */
const isPastMaxAge = (): SQL => sql`${session.createdAt} < now() - make_interval(days => ${absoluteLifeDays}::int)`

/**
 * Deletes the sessions past their maximum age of the user to whom this token belongs, and invalidates the user’s own
 * answer cache, as signing out does, in one statement. Returns whether the session of this token was deleted.
 */
export async function endSessionsAtMaxAge(db: Database, token: string): Promise<boolean> {
  const deleted = await db.execute(sql`
    with deleted as (
      delete from ${session} where ${isPastMaxAge()}
        and ${session.userId} = (select named.user_id from ${session} named where named.token = ${token})
      returning ${session.userId}, ${session.token}
    ), invalidated as (
      update ${user} set cache_epoch = cache_epoch + 1 where ${user.id} in (select user_id from deleted)
    )
    select token from deleted where token = ${token}`)
  return countRows(deleted) > 0
}

/** For this long after signing in, actions that outlive the session do not require another sign-in. */
const freshAgeMs = 24 * 60 * 60 * 1000

/** Whether the session began recently enough for actions that outlive it. */
export const isFresh = ({ createdAt }: { createdAt: Date }) => createdAt.getTime() + freshAgeMs > Date.now()

/**
 * Whether a session is still valid: not signed out, revoked, expired or past its maximum age, by
 * the clock of the database.
 */
export async function isSessionValid(db: Database, sessionId: string): Promise<boolean> {
  const rows = await db
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.id, sessionId), gt(session.expiresAt, sql`now()`), not(isPastMaxAge())))
  return rows.length > 0
}

/** The unverified identity that a request claims: a session by its token, or an API key by its hash. */
export type ClaimedIdentity = { by: 'session'; token: string } | { by: 'key'; hash: string }

/**
 * Returns the user of a claimed identity as an SQL value, which is null for an unknown one. It does not check
 * whether the session or key is valid.
 */
export function ownerOf(identity: ClaimedIdentity): SQL {
  return identity.by === 'session'
    ? sql`(select user_id from session where token = ${identity.token})`
    : sql`(select reference_id from apikey where key = ${identity.hash})`
}
