/**
 * A message, and the claim of a turn. A turn is one assistant row and, on a submit, one user row, both under its
 * `turn_id`; the unique keys below are the promises: one turn per id for ever, one running turn per conversation, one
 * order. `parent_id` makes branches; nothing is ever overwritten by an edit.
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

/** What an answer put into the answer cache, or came from: hashes all of them, good for nothing but taking it out again. */
export type CacheEntryRef = {
  identity: string
  /** The question's words. */
  words: string
  /** The hash of the question's exact text. Missing in older rows. */
  exact?: string
  /** Names of the scopes it may lie in: the user's own, and everybody's if it may be shared. */
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
    /** The only order within the conversation; clocks play no part. */
    seq: integer('seq').notNull(),
    status: text('status').$type<MessageStatus>().notNull(),
    /** The AI SDK's UI shape. */
    parts: jsonb('parts').$type<ChatPart[]>().notNull(),
    /**
     * What a search finds the message by; null while it is being written, and until somebody fills it in. The index
     * leaves nulls out: the checkpoints of a running answer never touch it.
     */
    searchWords: tsvector('search_words'),
    /** On assistant rows: the conversation path of the answer cache, '' while it is not known. */
    path: text('path').notNull().default(''),
    /** Estimated tokens of the branch from its root through this message: lets the history be cut without reading it. */
    contextTokens: integer('context_tokens').notNull(),
    /** On assistant rows: hash of the request that claimed the turn, to tell a repeat from a misuse of its id. */
    requestHash: text('request_hash'),
    /**
     * While `streaming`: until when the process that runs the turn has the say, by the database's clock. It renews this
     * with every checkpoint; once it is past, that process is taken for dead and anybody may end the turn.
     */
    leaseExpiresAt: timestamp('lease_expires_at', { withTimezone: true, precision: 3 }),
    /** One more whenever the turn changes hands. Whoever writes names the number it was given; an older one writes nothing. */
    fence: integer('fence').notNull().default(1),
    /** Set by Stop on any instance; the one that runs the turn reads it with every checkpoint. */
    stopRequested: boolean('stop_requested').notNull().default(false),
    model: text('model'),
    usage: jsonb('usage').$type<TokenUsage>(),
    costUsd: doublePrecision('cost_usd'),
    ttftMs: integer('ttft_ms'),
    cache: jsonb('cache').$type<CacheNotice>(),
    cacheEntry: jsonb('cache_entry').$type<CacheEntryRef>(),
    /** What the user thinks of an answer; null: nothing said. */
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
    // What the sweep for dead turns reads: as many rows as turns are running, in all conversations together.
    index('message_lease').on(table.leaseExpiresAt).where(sql`status = 'streaming'`),
    index('message_search')
      .using('gin', table.searchWords)
      .where(sql`search_words is not null`)
      .with({ fastupdate: false }),
    index('message_unsearched').on(table.userId).where(sql`search_words is null and status <> 'streaming'`),
    // With `seq`, or Postgres would walk `message_order` instead for as long as it has no statistics: it is in order, too.
    index('message_children').on(table.userId, table.conversationId, table.parentId, table.seq),
  ],
)

/**
 * What to join for the message with this id, which may be a column of what stands before it. The limit keeps Postgres from
 * finding a way of its own, which without statistics leads through all messages of the user (docs/decisions, 26).
 */
export const messageByKey = (userId: UserId, id: SQL): SQL =>
  sql`lateral (select * from message where user_id = ${userId} and id = ${id} limit 1)`
