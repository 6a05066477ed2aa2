/**
 * A message, and the claim of a turn. A turn is one assistant row and, on a submit, one user row with the same
 * `turn_id`. The unique keys below guarantee one turn per id, one running turn per conversation, and one order.
 * `parent_id` forms branches: an edit adds a message and never overwrites one.
 */
import { type SQL, sql } from 'drizzle-orm'
import {
  boolean,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { CacheNotice, ChatPart, MessageStatus, TokenUsage } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import type { ConversationId, MessageId, TurnId, UserId } from '@/lib/ids'
import { conversation } from './conversation'
import { tsvector } from './tsvector'

/**
 * Identifies the cache entry that an answer was stored as or read from. It contains only hashes, which are
 * sufficient to remove the entry.
 */
export type CacheEntryRef = {
  identity: string
  /** Hash of the question's lexical key. */
  words: string
  /** Hash of the question's exact text. Missing in older rows. */
  exact?: string
  /**
   * Names of the scopes that may contain the entry: the user's own, and the shared one if the answer may be shared.
   */
  own: string
  shared: string | null
}

export const message = pgTable(
  'message',
  {
    userId: text('user_id').$type<UserId>().notNull(),
    id: uuid('id').$type<MessageId>().notNull(),
    conversationId: uuid('conversation_id').$type<ConversationId>().notNull(),
    parentId: uuid('parent_id').$type<MessageId>(),
    turnId: uuid('turn_id').$type<TurnId>().notNull(),
    role: text('role').$type<'user' | 'assistant'>().notNull(),
    /** The only order within the conversation. Timestamps must not be used for ordering. */
    seq: integer('seq').notNull(),
    status: text('status').$type<MessageStatus>().notNull(),
    /** Message parts in the format of the AI SDK's UI messages. */
    parts: jsonb('parts').$type<ChatPart[]>().notNull(),
    /**
     * The search terms of the message. Null while the message is streaming and until it is indexed. The search index
     * omits nulls, so the checkpoints of a running answer never update it.
     */
    searchWords: tsvector('search_words'),
    /** Only on assistant rows: the conversation path for the answer cache, '' while it is unknown. */
    path: text('path').notNull().default(''),
    /**
     * Estimated tokens from the root of the branch through this message. The history can be truncated without
     * reading it.
     */
    contextTokens: integer('context_tokens').notNull(),
    /**
     * Only on assistant rows: hash of the request that claimed the turn. It distinguishes a retry from another
     * request that reuses the id.
     */
    requestHash: text('request_hash'),
    /**
     * While `streaming`: the time until which the turn belongs to its process, by the database's clock. Each
     * checkpoint extends the lease. After it expires, the process is considered dead and any other process may end
     * the turn.
     */
    leaseExpiresAt: timestamp('lease_expires_at', { withTimezone: true, precision: 3 }),
    /**
     * Incremented whenever the turn changes its owner. Every write must name the fence that its process holds; a
     * write with an older fence has no effect.
     */
    fence: integer('fence').notNull().default(1),
    /**
     * Set when the user stops the turn on any instance. The process that runs the turn reads it at every checkpoint.
     */
    stopRequested: boolean('stop_requested').notNull().default(false),
    model: text('model'),
    usage: jsonb('usage').$type<TokenUsage>(),
    costUsd: doublePrecision('cost_usd'),
    ttftMs: integer('ttft_ms'),
    cache: jsonb('cache').$type<CacheNotice>(),
    cacheEntry: jsonb('cache_entry').$type<CacheEntryRef>(),
    /** The user's rating of an answer. Null if the user has not rated it. */
    helpful: boolean('helpful'),
    feedbackComment: text('feedback_comment'),
    /** Error code of a failed turn. */
    errorCode: text('error_code').$type<ErrorCode>(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    foreignKey({
      columns: [table.userId, table.conversationId],
      foreignColumns: [conversation.userId, conversation.id],
      name: 'message_conversation',
    }).onDelete('cascade'),
    unique('message_order').on(table.userId, table.conversationId, table.seq),
    unique('message_turn').on(table.userId, table.turnId, table.role),
    uniqueIndex('message_one_streaming').on(table.userId, table.conversationId).where(sql`status = 'streaming'`),
    // Read by the sweep for dead turns. It contains only the running turns of all conversations.
    index('message_lease').on(table.leaseExpiresAt).where(sql`status = 'streaming'`),
    index('message_search')
      .using('gin', table.searchWords)
      .where(sql`search_words is not null`)
      .with({ fastupdate: false }),
    index('message_unsearched').on(table.userId).where(sql`search_words is null and status <> 'streaming'`),
    // With `seq`, because Postgres would otherwise use `message_order`, which has the same order, as long as there
    // are no statistics.
    index('message_children').on(table.userId, table.conversationId, table.parentId, table.seq),
  ],
)

/**
 * A lateral join for the message with this id, which may be a column of a preceding table. Without the limit and
 * without statistics, Postgres would choose a plan that reads all messages of the user
 * (docs/decisions/0026-queries-without-statistics.md).
 */
export const messageByKey = (userId: UserId, id: SQL): SQL =>
  sql`lateral (select * from message where user_id = ${userId} and id = ${id} limit 1)`
