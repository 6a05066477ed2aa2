import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { user } from '@/db/schema/auth'
import { message } from '@/db/schema/message'
import { countCacheEvents } from '@/lib/answer-cache/cache-counters'
import { forgetAnswer } from '@/lib/answer-cache/forget-answers'
import type { Needs } from '@/lib/context'
import type { Feedback } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'
import type { MessageId } from '@/lib/ids'

export const feedbackRequest = z.strictObject({
  helpful: z.boolean().nullable(),
  comment: z.string().max(2_000).optional(),
})

/**
 * Stores a user's rating of an answer; null removes it. An unhelpful answer will not be served from the cache to this
 * user again, and after enough votes a shared answer will not be served to any user. If Redis is unreachable, the
 * user's entire answer cache becomes unreachable instead. Throws `not_found` if the message is not an answer of this
 * user.
 */
export async function giveFeedback(
  context: Needs<'db' | 'redis' | 'keys' | 'userId' | 'caller' | 'settings' | 'now'>,
  messageId: MessageId,
  { helpful, comment }: z.output<typeof feedbackRequest>,
): Promise<Feedback | null> {
  const { db, userId } = context
  const feedback = helpful === null ? null : { helpful, comment: comment ?? null }
  const [row] = await db
    .update(message)
    .set({ helpful, feedbackComment: feedback?.comment ?? null })
    .where(
      and(eq(message.userId, userId), eq(message.id, messageId), eq(message.role, 'assistant'), isConversationPresent),
    )
    .returning({ cacheEntry: message.cacheEntry })
  if (!row) throw new AppError('not_found')
  if (helpful !== false || !row.cacheEntry) return feedback
  countCacheEvents(context, { 'invalidated:feedback': 1 })
  if (!(await forgetAnswer(context, row.cacheEntry)))
    await db
      .update(user)
      .set({ cacheEpoch: sql`${user.cacheEpoch} + 1` })
      .where(eq(user.id, userId))
  return feedback
}

const isConversationPresent = sql`exists (select from conversation c
  where c.user_id = ${message.userId} and c.id = ${message.conversationId} and c.deleted_at is null)`
