import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { FoundConversation } from '@/lib/contract/api'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { UserId } from '@/lib/ids'
import { type ItemRow, itemSelection, toItem } from './conversation-item'
import type { Position } from './conversations'
import { plainText } from './plain-text'
import { makeSnippet } from './search-snippet'
import { wantedWords, wordQuery } from './search-words'

/** `?q=`: what to look for. */
export const searchText = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'has a character that cannot be stored')

type Row = Omit<ItemRow, 'createdAt' | 'updatedAt'> & {
  createdAt: string
  updatedAt: string
  messageId: string | null
  parts: ChatPart[] | null
}

/**
 * The user's conversations whose title or one of whose messages has all the words of `text`, the last perhaps only
 * begun, newest activity first; archived ones too unless the page says otherwise, temporary ones never. Of several
 * messages the newest stands for the conversation, on whatever branch it is.
 */
export async function searchConversations(
  { db, userId }: Needs<'db' | 'userId'>,
  text: string,
  page: { limit: number; after: Position | null; archived?: boolean | undefined; pinned?: boolean | undefined },
): Promise<{ items: FoundConversation[]; next: Position | null }> {
  const words = wantedWords(text)
  if (words.length === 0) return { items: [], next: null }
  const { limit, after, archived, pinned } = page
  const query = wordQuery(userId, words)
  const result = await db.execute(sql`
    with found as materialized (${foundMessages(userId, query)})
    select ${itemSelection}, m.id as "messageId", m.parts from (
      select conversation.*, found.seq as found_seq
      from conversation left join found on found.conversation_id = conversation.id
      where conversation.user_id = ${userId} and deleted_at is null and not temporary
        and (found.seq is not null or conversation.search_words @@ ${query}::tsquery)
        ${archived === undefined ? sql`` : sql`and archived = ${archived}`}
        ${pinned === undefined ? sql`` : sql`and pinned = ${pinned}`}
        ${after ? sql`and (updated_at, conversation.id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql``}
      order by updated_at desc, conversation.id desc limit ${limit + 1}
    ) conversation
    left join message m
      on m.user_id = ${userId} and m.conversation_id = conversation.id and m.seq = conversation.found_seq
    order by conversation.updated_at desc, conversation.id desc`)
  const rows = rowsOf<Row>(result)
  const items = rows.slice(0, limit).map((row) => toFound(row, words))
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { at: last.updatedAt, id: last.id } : null }
}

/**
 * The newest message of each conversation that has the words. The index on words is the one to take: it knows the user
 * too. Written so, the condition on the user cannot tempt the planner to read all they ever wrote.
 */
export function foundMessages(userId: UserId, query: string): SQL {
  return sql`
    select conversation_id, max(seq) as seq from message
    where search_words @@ ${query}::tsquery and search_words is not null and user_id || '' = ${userId}
    group by conversation_id`
}

function toFound({ parts, messageId, ...row }: Row, words: readonly string[]): FoundConversation {
  const item = toItem({ ...row, createdAt: new Date(row.createdAt), updatedAt: new Date(row.updatedAt) })
  return { ...item, messageId, snippet: makeSnippet(parts ? plainText(parts) : item.title, words) }
}
