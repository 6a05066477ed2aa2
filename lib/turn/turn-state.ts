/**
 * Step 1 of a turn: one read, in the same tick as the look-up of the session or key, that tells who asks (as the request
 * claims), what they have chosen, whether this turn id was used before, and which message the question will follow.
 */
import { and, eq, sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import { message } from '@/db/schema/message'
import { type ConversationPath, nextPath } from '@/lib/answer-cache/conversation-path'
import { type ClaimedIdentity, ownerOf } from '@/lib/auth/session-life'
import type { Needs } from '@/lib/context'
import type { Preferences } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { KeyRing } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import type { MessageId, UserId } from '@/lib/ids'
import type { TurnRun } from './turn-lease'
import type { TurnRequest } from './turn-request'

/** The assistant row of a turn that was sent before. */
export type ClaimedTurn = TurnRun & { isRunning: boolean; requestHash: string | null }

export type TurnState = {
  userId: UserId
  cacheEpoch: number
  preferredModel: string | null
  answerCache: Preferences['answerCache'] | null
  /** Null: there is no such conversation yet. */
  temporary: boolean | null
  /** The turn with this id, if it was claimed before in this conversation and the conversation is not deleted. */
  claimed: ClaimedTurn | null
  /** The assistant message that the question follows, as far as this read could see; null at a conversation's start. */
  parentId: MessageId | null
  /** The answer cache's path of that message. */
  parentPath: string
  /** On regenerate and continue: the user message that is answered again; null if the message meant does not exist. */
  question: { id: MessageId; parts: ChatPart[] } | null
}

/** Null when session or key do not exist. The result is trusted only if another look-up says that they hold. */
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
  return rowsOf<TurnState>(result)[0] ?? null
}

function parentOf(request: TurnRequest) {
  if (request.trigger !== 'submit-message') return sql`question.parent_id`
  if (request.parentId === undefined) return sql`c.active_leaf_id`
  return sql`${request.parentId}::uuid`
}

/** The state, if it was read for the very user who was found to be asking. Throws `unauthenticated`. */
export function requireTurnState({ userId }: Needs<'userId'>, state: TurnState | null): TurnState {
  if (state?.userId !== userId) throw new AppError('unauthenticated')
  return state
}

/** The turn under an id, read after a claim on that id was lost. */
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
 * The conversation path at which a question stands. An answer that was never ended has none of its own; its id takes
 * that place, so that nothing cached elsewhere is found behind it.
 */
export function pathOf(
  keys: KeyRing,
  parent: { parentId: MessageId | null; parentPath: ConversationPath },
): ConversationPath {
  if (parent.parentId === null) return ''
  return parent.parentPath || nextPath(keys, '', { identity: parent.parentId, isShareable: false })
}
