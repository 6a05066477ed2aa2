import { type SQL, sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { UserId } from '@/lib/ids'
import { plainText } from './plain-text'
import { markedWords } from './search-words'

/** Rows at a time: a batch stays far below the time that a query is given. */
const batchSize = 200

type Unsearched = { userId: UserId; id: string; text: string }

/**
 * Makes findable what is not yet: texts from before there was a search, answers whose process died, and what was
 * imported. One batch of messages and one of titles; says how many there were. Two that do it at once do it twice.
 */
export async function indexAllTexts({ db }: Needs<'db'>): Promise<number> {
  return indexTexts(db, sql``)
}

/** The same for all of one user's, batch after batch until nothing is left. */
export async function indexOwnTexts({ db, userId }: Needs<'db' | 'userId'>): Promise<void> {
  while ((await indexTexts(db, sql`user_id = ${userId} and`)) > 0);
}

async function indexTexts(db: Needs<'db'>['db'], whose: SQL): Promise<number> {
  const messages = rowsOf<{ userId: UserId; id: string; parts: ChatPart[] }>(
    await db.execute(sql`
      select user_id as "userId", id, parts from message
      where ${whose} search_words is null and status <> 'streaming' limit ${batchSize}`),
  )
  await fillIn(
    db,
    sql`message`,
    messages.map(({ parts, ...row }) => ({ ...row, text: plainText(parts) })),
  )
  const titles = rowsOf<Unsearched>(
    await db.execute(sql`
      select user_id as "userId", id, title as text from conversation
      where ${whose} search_words is null limit ${batchSize}`),
  )
  await fillIn(db, sql`conversation`, titles)
  return messages.length + titles.length
}

/** A row that was filled in meanwhile, with a newer title perhaps, stays as it is. */
async function fillIn(db: Needs<'db'>['db'], table: SQL, rows: readonly Unsearched[]): Promise<void> {
  if (rows.length === 0) return
  const words = rows.map(({ userId, id, text }) => ({ user_id: userId, id, words: markedWords(userId, text) }))
  await db.execute(sql`
    update ${table} as t set search_words = array_to_tsvector(array(select jsonb_array_elements_text(given.words)))
    from jsonb_to_recordset(${JSON.stringify(words)}::jsonb) as given (user_id text, id uuid, words jsonb)
    where t.user_id = given.user_id and t.id = given.id and t.search_words is null`)
}
