import { createHash, randomBytes } from 'node:crypto'
import { and, eq, gt, sql } from 'drizzle-orm'
import { v7 } from 'uuid'
import type { Database } from '@/db/connect'
import { user, verification } from '@/db/schema/auth'
import type { UserId } from '@/lib/ids'

/** The lifetime of a link that confirms an address. */
const verifyTokenHours = 24

/**
 * Returns the hash that is stored in place of the token, so that a copy of the database cannot be used to confirm an
 * address. `value` of the row is the id of the user.
 */
const identifierOf = (token: string) => createHash('sha256').update(`verify-email:${token}`).digest('base64url')

/** Creates a token that confirms the address to which it is mailed, together with the password of the account. */
export async function createVerifyToken(db: Database, userId: UserId): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  await db.insert(verification).values({
    id: v7(),
    identifier: identifierOf(token),
    value: userId,
    expiresAt: sql`now() + make_interval(hours => ${verifyTokenHours}::int)`,
  })
  return token
}

/** Returns the user to whom a token was mailed, or null if it is unknown, used or expired. */
export async function findVerifyTokenOwner(db: Database, token: string): Promise<UserId | null> {
  const [row] = await db
    .select({ userId: verification.value })
    .from(verification)
    .where(and(eq(verification.identifier, identifierOf(token)), gt(verification.expiresAt, sql`now()`)))
  return (row?.userId as UserId | undefined) ?? null
}

/**
 * Verifies the address of the user and deletes all tokens that were mailed to it. Returns false and changes nothing
 * if the token was used or revoked in the meantime.
 */
export function redeemVerifyToken(db: Database, userId: UserId, token: string): Promise<boolean> {
  return db.transaction(async (transaction) => {
    const used = await transaction
      .delete(verification)
      .where(and(eq(verification.identifier, identifierOf(token)), eq(verification.value, userId)))
      .returning({ id: verification.id })
    if (used.length === 0) return false
    await transaction.update(user).set({ emailVerified: true, updatedAt: sql`now()` }).where(eq(user.id, userId))
    await transaction.delete(verification).where(eq(verification.value, userId))
    return true
  })
}
