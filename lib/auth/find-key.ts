import { createHash, randomBytes } from 'node:crypto'
import { and, eq, gt, isNull, lt, or, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { apikey, user } from '@/db/schema/auth'
import { type KeyScope, keyScopes } from '@/lib/contract/api'
import type { UserId } from '@/lib/ids'

type FoundKey = {
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
export async function recordKeyUse(db: Database, keyId: string): Promise<void> {
  await db
    .update(apikey)
    .set({ lastRequest: today })
    .where(and(eq(apikey.id, keyId), notUsedToday()))
}

/** What every key begins with: whoever finds one in a log or a repository sees whose it is. */
export const keyPrefix = 'gf_'
/** So many of its letters are kept and shown, to tell keys apart by. */
export const keyStartLength = 8
export const maxKeysPerUser = 20

/** A new key: 256 bits that nobody can guess. */
export const makeKey = () => `${keyPrefix}${randomBytes(32).toString('base64url')}`

export const isKey = (text: string) => /^gf_[A-Za-z0-9_-]{43}$/.test(text)

/** All that is kept of a key; the library's own way of hashing, so that either knows the other's keys. */
export const hashKey = (key: string) => createHash('sha256').update(key).digest('base64url')

/** Scopes in the shape of the library's permissions. */
export const permissionsOf = (scopes: readonly KeyScope[]) => ({ scopes: [...scopes] })

/** What a key may do. One without permissions, or with some that we do not know, may do nothing by them. */
export function scopesOf(permissions: string | null): KeyScope[] {
  try {
    const named: unknown = JSON.parse(permissions ?? '{}')?.scopes
    return Array.isArray(named) ? keyScopes.filter((scope) => named.includes(scope)) : []
  } catch {
    return []
  }
}
