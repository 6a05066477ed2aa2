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
  /** When the account of the owner was created. */
  accountCreatedAt: Date
  emailVerified: boolean
  /** Whether no use of the key has been recorded today. */
  isFirstToday: boolean
}

/** The condition for an enabled key that has not expired, by the clock of the database. A revoked key is deleted. */
const isValid = () => and(eq(apikey.enabled, true), or(isNull(apikey.expiresAt), gt(apikey.expiresAt, sql`now()`)))

/** Days are UTC. */
const today = sql`date_trunc('day', now(), 'UTC')`
const notUsedToday = () => or(isNull(apikey.lastRequest), lt(apikey.lastRequest, today))

/**
 * Returns the valid key with this hash, or null. It is read by the unique index on every request. With
 * `verifiedOnly`, keys of users without a verified address are not found.
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
    .where(and(eq(apikey.key, hash), isValid(), verifiedOnly ? user.emailVerified : undefined))
  if (!row) return null
  const { permissions, ...key } = row
  return { ...key, scopes: scopesOf(permissions) }
}

/** Whether a key is still valid: not revoked, disabled or expired. */
export async function isKeyValid(db: Database, keyId: string): Promise<boolean> {
  const rows = await db
    .select({ id: apikey.id })
    .from(apikey)
    .where(and(eq(apikey.id, keyId), isValid()))
  return rows.length > 0
}

/** Records the day on which a key was used. Concurrent calls write once a day. */
export async function recordKeyUse(db: Database, keyId: string): Promise<void> {
  await db
    .update(apikey)
    .set({ lastRequest: today })
    .where(and(eq(apikey.id, keyId), notUsedToday()))
}

/** The prefix of every key, by which a key in a log or a repository can be recognized. */
export const keyPrefix = 'gf_'
/** The number of characters at the beginning that are stored and shown, so that users can distinguish their keys. */
export const keyStartLength = 8
export const maxKeysPerUser = 20

/** Creates a key with 256 random bits. */
export const makeKey = () => `${keyPrefix}${randomBytes(32).toString('base64url')}`

export const isKey = (text: string) => /^gf_[A-Za-z0-9_-]{43}$/.test(text)

/**
 * Returns the hash of a key. Only the hash is stored. better-auth uses the same algorithm, so both
 * accept each other’s keys.
 */
export const hashKey = (key: string) => createHash('sha256').update(key).digest('base64url')

/** Converts scopes to the permissions of better-auth. */
export const permissionsOf = (scopes: readonly KeyScope[]) => ({ scopes: [...scopes] })

/** Returns the known scopes among the permissions of a key. Missing, malformed or unknown permissions grant nothing. */
export function scopesOf(permissions: string | null): KeyScope[] {
  try {
    const named: unknown = JSON.parse(permissions ?? '{}')?.scopes
    return Array.isArray(named) ? keyScopes.filter((scope) => named.includes(scope)) : []
  } catch {
    return []
  }
}
