import { and, eq, gt, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { session } from '@/db/schema/auth'

/** Whether a session that was found before is still there: not signed out, revoked or over, by the database's clock. */
export async function sessionHolds(db: Database, sessionId: string): Promise<boolean> {
  const rows = await db
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.id, sessionId), gt(session.expiresAt, sql`now()`)))
  return rows.length > 0
}
