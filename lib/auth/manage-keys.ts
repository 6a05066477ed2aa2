import { and, desc, eq, sql } from 'drizzle-orm'
import { v7 } from 'uuid'
import { z } from 'zod'
import type { Database } from '@/db/connect'
import { apikey, user } from '@/db/schema/auth'
import { type ApiKeyItem, keyScopes, type MadeApiKey } from '@/lib/contract/api'
import { oneLineName } from '@/lib/contract/name'
import { AppError } from '@/lib/errors'
import type { UserId } from '@/lib/ids'
import { hashKey, keyPrefix, keyStartLength, makeKey, maxKeysPerUser, permissionsOf, scopesOf } from './find-key'

/** The body of `POST /api/keys`. */
export const keyRequest = z.strictObject({
  name: oneLineName,
  scopes: z
    .array(z.enum(keyScopes))
    .min(1)
    .transform((named) => keyScopes.filter((scope) => named.includes(scope))),
  /** Null if the key is valid until it is revoked. */
  expiresInDays: z.number().int().min(1).max(365).nullable(),
})
type KeyRequest = z.output<typeof keyRequest>

const columns = Object.freeze({
  id: apikey.id,
  name: apikey.name,
  start: apikey.start,
  permissions: apikey.permissions,
  createdAt: apikey.createdAt,
  lastRequest: apikey.lastRequest,
  expiresAt: apikey.expiresAt,
})
type KeyRow = Pick<typeof apikey.$inferSelect, keyof typeof columns>

export async function listKeys(db: Database, userId: UserId): Promise<ApiKeyItem[]> {
  const rows = await db
    .select(columns)
    .from(apikey)
    .where(eq(apikey.referenceId, userId))
    .orderBy(desc(apikey.createdAt), desc(apikey.id))
  return rows.map(toItem)
}

/**
 * Creates a key and returns it. Only its hash is stored, so it cannot be shown again. `isSignedIn` is called after
 * the key was stored, because a concurrent password reset ends the session but may not find the new key. Throws
 * `too_many_keys` or `unauthenticated`.
 */
export async function createKey(
  db: Database,
  userId: UserId,
  request: KeyRequest,
  isSignedIn: () => Promise<boolean>,
): Promise<MadeApiKey> {
  const key = makeKey()
  const row = await db.transaction(async (transaction) => {
    // A concurrent creation waits here and then counts this key.
    await transaction.select({ id: user.id }).from(user).where(eq(user.id, userId)).for('no key update')
    await requireRoomForKey(transaction, userId)
    const [made] = await transaction
      .insert(apikey)
      .values({
        id: v7(),
        name: request.name,
        start: key.slice(0, keyStartLength),
        prefix: keyPrefix,
        key: hashKey(key),
        referenceId: userId,
        permissions: JSON.stringify(permissionsOf(request.scopes)),
        expiresAt:
          request.expiresInDays === null ? null : sql`now() + make_interval(days => ${request.expiresInDays}::int)`,
      })
      .returning(columns)
    return made
  })
  if (!row) throw new AppError('internal')
  if (!(await isSignedIn())) {
    await db.delete(apikey).where(eq(apikey.id, row.id))
    throw new AppError('unauthenticated')
  }
  return { ...toItem(row), key }
}

/** Throws `too_many_keys` if the user has the maximum number of keys. */
export async function requireRoomForKey(db: Pick<Database, '$count'>, userId: UserId): Promise<void> {
  const count = await db.$count(apikey, eq(apikey.referenceId, userId))
  if (count >= maxKeysPerUser) throw new AppError('too_many_keys')
}

/**
 * Deletes a key that better-auth has just stored if it exceeds the maximum. The row of the user is
 * locked and each key is checked after it was stored, so concurrent creations leave at most
 * `maxKeysPerUser` keys. Throws `too_many_keys`.
 */
export async function keepWithinMaxKeys(db: Database, userId: UserId, keyId: string): Promise<void> {
  const exceedsMax = await db.transaction(async (transaction) => {
    await transaction.select({ id: user.id }).from(user).where(eq(user.id, userId)).for('no key update')
    const count = await transaction.$count(apikey, eq(apikey.referenceId, userId))
    if (count <= maxKeysPerUser) return false
    await transaction.delete(apikey).where(eq(apikey.id, keyId))
    return true
  })
  if (exceedsMax) throw new AppError('too_many_keys')
}

/** Revokes a key. All instances will reject its next request, and its open streams end. Throws `not_found`. */
export async function revokeKey(db: Database, userId: UserId, keyId: string): Promise<void> {
  const deleted = await db
    .delete(apikey)
    .where(and(eq(apikey.id, keyId), eq(apikey.referenceId, userId)))
    .returning({ id: apikey.id })
  if (deleted.length === 0) throw new AppError('not_found')
}

function toItem({ id, name, start, permissions, createdAt, lastRequest, expiresAt }: KeyRow): ApiKeyItem {
  return {
    id,
    name: name ?? '',
    start: start ?? '',
    scopes: scopesOf(permissions),
    createdAt: createdAt.toISOString(),
    lastUsedOn: lastRequest?.toISOString().slice(0, 10) ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}
