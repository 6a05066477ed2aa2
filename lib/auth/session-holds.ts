import { and, eq, gt, not, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { session } from '@/db/schema/auth'
import { isOutlived } from './session-life'

/** Whether a session is still valid: not signed out, revoked, expired or too old, by the database's clock. */
export async function sessionHolds(db: Database, sessionId: string): Promise<boolean> {
  const rows = await db
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.id, sessionId), gt(session.expiresAt, sql`now()`), not(isOutlived())))
  return rows.length > 0
}
