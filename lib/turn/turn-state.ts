/**
 * Step 1 of a turn: one query, concurrent with the lookup of the session or key. It reads the claimed user's
 * preferences, whether the turn id was used before, and the message that the question will follow.
 */
import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, storedJson, storedText } from '@/db/rows'
import { message } from '@/db/schema/message'
import { type ConversationPath, nextPath } from '@/lib/answer-cache/conversation-path'
import { type ClaimedIdentity, ownerOf } from '@/lib/auth/session-life'
import type { Needs } from '@/lib/context'
import type { Preferences } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import type { MessageId, UserId } from '@/lib/ids'
import { turnRun } from './turn-lease'
import type { TurnRequest } from './turn-request'

/** The assistant row of a turn id that was used before. */
const claimedTurn = z.object({ ...turnRun.shape, isRunning: z.boolean(), requestHash: z.string().nullable() })
export type ClaimedTurn = z.output<typeof claimedTurn>

const turnState = z.object({
  userId: storedText<UserId>(),
  cacheEpoch: z.number(),
  preferredModel: z.string().nullable(),
  answerCache: storedText<Preferences['answerCache']>().nullable(),
  /** Null if the conversation does not exist. */
  temporary: z.boolean().nullable(),
  /** The turn with this id, if it was claimed in this conversation and the conversation is not deleted. */
  claimed: claimedTurn.nullable(),
  /**
   * The assistant message that the question follows, according to this query's snapshot; null at the start of a
   * conversation.
   */
  parentId: storedText<MessageId>().nullable(),
  /** The conversation path after that message, for the answer cache. */
  parentPath: z.string(),
  /** For regenerate and continue: the user message that is answered again, or null if `messageId` does not exist. */
  question: z.object({ id: storedText<MessageId>(), parts: storedJson<ChatPart[]>() }).nullable(),
})
export type TurnState = z.output<typeof turnState>

/**
 * Returns null if the session or key does not exist. The result must not be trusted until authentication has
 * confirmed the identity.
 */
export async function prefetchTurnState(
  { db }: Needs<'db'>,
  identity: ClaimedIdentity,
  request: TurnRequest,
): Promise<TurnState | null> {
  const result = await db.execute(sql`
    select u.id as "userId", u.cache_epoch as "cacheEpoch", p.model as "preferredModel", p.answer_cache as "answerCache",
      c.temporary,
      case when claim.conversation_id = c.id then json_build_object(
        'answerId', claim.id, 'fence', claim.fence, 'isRunning', claim.status = 'streaming',
        'requestHash', claim.request_hash) end as claimed,
      parent.id as "parentId", coalesce(parent.path, '') as "parentPath",
      case when question.id is not null then json_build_object('id', question.id, 'parts', question.parts) end as question
    from "user" u
    left join preference p on p.user_id = u.id
    left join message claim on claim.user_id = u.id and claim.turn_id = ${request.turnId} and claim.role = 'assistant'
    left join conversation c on c.user_id = u.id and c.id = ${request.conversationId} and c.deleted_at is null
    left join message meant on meant.user_id = u.id and meant.conversation_id = c.id and meant.role = 'assistant'
      and meant.id = ${request.trigger === 'submit-message' ? null : request.messageId}::uuid
    left join message question on question.user_id = u.id and question.id = meant.parent_id
    left join message parent on parent.user_id = u.id and parent.conversation_id = c.id and parent.id = ${parentOf(request)}
    where u.id = ${ownerOf(identity)}`)
  return rowsOf(result, turnState)[0] ?? null
}

function parentOf(request: TurnRequest) {
  if (request.trigger !== 'submit-message') return sql`question.parent_id`
  if (request.parentId === undefined) return sql`c.active_leaf_id`
  return sql`${request.parentId}::uuid`
}

/** Returns the state if it belongs to the authenticated user. Throws `unauthenticated` otherwise. */
export function requireTurnState({ userId }: Needs<'userId'>, state: TurnState | null): TurnState {
  if (state?.userId !== userId) throw new AppError('unauthenticated')
  return state
}

/** Reads the turn with this id, after a claim on the id was lost. */
export async function findClaimedTurn(
  { db, userId }: Needs<'db' | 'userId'>,
  turnId: TurnRequest['turnId'],
): Promise<ClaimedTurn | null> {
  const [row] = await db
    .select({
      answerId: message.id,
      fence: message.fence,
      isRunning: sql<boolean>`${message.status} = 'streaming'`,
      requestHash: message.requestHash,
    })
    .from(message)
    .where(and(eq(message.userId, userId), eq(message.turnId, turnId), eq(message.role, 'assistant')))
  return row ?? null
}

/**
 * Returns the conversation path of a question that follows `parent`. An answer that was never closed has no path. Its
 * id is used instead, so that nothing cached elsewhere can match after it.
 */
export function pathOf(
  keys: KeyRing,
  parent: { parentId: MessageId | null; parentPath: ConversationPath },
): ConversationPath {
  if (parent.parentId === null) return ''
  return parent.parentPath || nextPath(keys, '', { identity: parent.parentId, isShareable: false })
}
