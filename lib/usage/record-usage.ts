import { usage } from '@/db/schema/usage'
import type { Needs } from '@/lib/context'

/** What an answer took that is stored nowhere else. */
export type AnswerUsage = Omit<typeof usage.$inferInsert, 'userId' | 'purpose' | 'createdAt'>

export async function recordUsage({ db, userId }: Needs<'db' | 'userId'>, answer: AnswerUsage): Promise<void> {
  await db.insert(usage).values({ ...answer, userId })
}
