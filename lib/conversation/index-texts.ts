import { setImmediate } from 'node:timers/promises'
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf, storedText } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { UserId } from '@/lib/ids'
import { searchedText, taggedWords } from './search-words'

/** Rows per batch. A batch must stay far below the time limit of a query. */
const batchSize = 200
/**
 * Limit for the stored (compressed) size of the messages in a batch. Messages from before imports were limited may
 * have 16 MiB, which compress to 200 KiB.
 */
const maxStoredBytes = 512 * 1024
/** Characters that are indexed without yielding to other requests, and written in one statement. */
const sliceCharacters = 32 * 1024

const unindexedText = z.object({ userId: storedText<UserId>(), id: z.string(), text: z.string().nullable() })
type UnindexedText = z.output<typeof unindexedText>

/**
 * Indexes texts that search does not find yet: texts from before search existed, interrupted answers, and imported
 * messages. Processes one batch of messages and one of titles, and returns their number. Concurrent calls may index
 * the same texts twice, which is harmless.
 */
export async function indexAllTexts({ db }: Needs<'db'>): Promise<number> {
  return indexTexts(db, sql``)
}

/** Indexes all texts of one user, batch by batch. */
export async function indexOwnTexts({ db, userId }: Needs<'db' | 'userId'>): Promise<void> {
  while ((await indexTexts(db, sql`user_id = ${userId} and`)) > 0);
}

async function indexTexts(db: Needs<'db'>['db'], userCondition: SQL): Promise<number> {
  const messages = rowsOf(
    await db.execute(sql`
      select "userId", id, ${searchedText(sql`parts`)} as text from (
        select user_id as "userId", id, parts, coalesce(sum(pg_column_size(parts)) over (
          order by user_id, id rows between unbounded preceding and 1 preceding), 0) as bytes_before
        from (select user_id, id, parts from message
          where ${userCondition} search_words is null and status <> 'streaming' limit ${batchSize}) unsearched
      ) sized
      where bytes_before < ${maxStoredBytes}`),
    unindexedText,
  )
  await indexRows(db, sql`message`, messages)
  const titles = rowsOf(
    await db.execute(sql`
      select user_id as "userId", id, title as text from conversation
      where ${userCondition} search_words is null limit ${batchSize}`),
    unindexedText,
  )
  await indexRows(db, sql`conversation`, titles)
  return messages.length + titles.length
}

async function indexRows(db: Needs<'db'>['db'], table: SQL, rows: readonly UnindexedText[]): Promise<void> {
  let words: IndexedText[] = []
  let characters = 0
  for (const { userId, id, text } of rows) {
    words.push({ user_id: userId, id, words: taggedWords(userId, text ?? '') })
    characters += text?.length ?? 0
    if (characters < sliceCharacters) continue
    await storeWords(db, table, words)
    await setImmediate()
    words = []
    characters = 0
  }
  if (words.length > 0) await storeWords(db, table, words)
}

type IndexedText = { user_id: UserId; id: string; words: string[] }

/** Skips rows that were indexed in the meantime, possibly with a newer title. */
async function storeWords(db: Needs<'db'>['db'], table: SQL, rows: readonly IndexedText[]): Promise<void> {
  await db.execute(sql`
    update ${table} as t set search_words = array_to_tsvector(array(select jsonb_array_elements_text(given.words)))
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (user_id text, id uuid, words jsonb)
    where t.user_id = given.user_id and t.id = given.id and t.search_words is null`)
}
