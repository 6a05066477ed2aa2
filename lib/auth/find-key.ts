import { and, eq, gt, isNull, lt, or, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { apikey, user } from '@/db/schema/auth'
import type { KeyScope } from '@/lib/contract/api'
import type { UserId } from '@/lib/ids'
import { scopesOf } from './api-key'

export type FoundKey = {
  id: string
  userId: UserId
  scopes: KeyScope[]
  /** When the owner's account was created, and whether its e-mail address is verified. */
  accountCreatedAt: Date
  emailVerified: boolean
  /** Nobody has noted yet that it is used today. */
  isFirstToday: boolean
}

/** Neither switched off nor over, by the database's clock. One that was revoked is not there any more. */
const holds = () => and(eq(apikey.enabled, true), or(isNull(apikey.expiresAt), gt(apikey.expiresAt, sql`now()`)))

/** A day is one of UTC. */
const today = sql`date_trunc('day', now(), 'UTC')`
const notUsedToday = () => or(isNull(apikey.lastRequest), lt(apikey.lastRequest, today))

/**
 * Finds the valid key with this hash, with one read by the unique index on every request. With `verifiedOnly`, keys of
 * users without a verified address are not found.
 */
export async function findKey(
  db: Database,
  hash: string,
  { verifiedOnly }: { verifiedOnly: boolean },
): Promise<FoundKey | null> {
  const [row] = await db
    .select({
      id: apikey.id,
      userId: apikey.referenceId,
      permissions: apikey.permissions,
      accountCreatedAt: user.createdAt,
      emailVerified: user.emailVerified,
      isFirstToday: sql<boolean>`${notUsedToday()}`,
    })
    .from(apikey)
    .innerJoin(user, eq(user.id, apikey.referenceId))
    .where(and(eq(apikey.key, hash), holds(), verifiedOnly ? user.emailVerified : undefined))
  if (!row) return null
  const { permissions, ...key } = row
  return { ...key, scopes: scopesOf(permissions) }
}

/** Whether a key that was found before still holds: neither revoked, switched off nor over since. */
export async function keyHolds(db: Database, keyId: string): Promise<boolean> {
  const rows = await db
    .select({ id: apikey.id })
    .from(apikey)
    .where(and(eq(apikey.id, keyId), holds()))
  return rows.length > 0
}

/** Notes the day on which a key was used, and no more than that: once a day, whoever comes first. */
export async function noteKeyUse(db: Database, keyId: string): Promise<void> {
  await db
    .update(apikey)
    .set({ lastRequest: today })
    .where(and(eq(apikey.id, keyId), notUsedToday()))
}
