import { setImmediate } from 'node:timers/promises'
import { type SQL, sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import type { Needs } from '@/lib/context'
import type { UserId } from '@/lib/ids'
import { markedWords, searchedText } from './search-words'

/** Rows at a time: a batch stays far below the time that a query is given. */
const batchSize = 200
/**
 * The maximum stored (compressed) size of the messages in a batch. A message from before imports were limited may have
 * 16 MiB, which take 200 KiB when stored.
 */
const maxStoredBytes = 512 * 1024
/** Characters whose words are computed without yielding to other requests and written in one statement. */
const sliceCharacters = 32 * 1024

type Unsearched = { userId: UserId; id: string; text: string | null }

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
  const messages = rowsOf<Unsearched>(
    await db.execute(sql`
      select "userId", id, ${searchedText(sql`parts`)} as text from (
        select user_id as "userId", id, parts, coalesce(sum(pg_column_size(parts)) over (
          order by user_id, id rows between unbounded preceding and 1 preceding), 0) as bytes_before
        from (select user_id, id, parts from message
          where ${whose} search_words is null and status <> 'streaming' limit ${batchSize}) unsearched
      ) sized
      where bytes_before < ${maxStoredBytes}`),
  )
  await fillIn(db, sql`message`, messages)
  const titles = rowsOf<Unsearched>(
    await db.execute(sql`
      select user_id as "userId", id, title as text from conversation
      where ${whose} search_words is null limit ${batchSize}`),
  )
  await fillIn(db, sql`conversation`, titles)
  return messages.length + titles.length
}

async function fillIn(db: Needs<'db'>['db'], table: SQL, rows: readonly Unsearched[]): Promise<void> {
  let words: Indexed[] = []
  let characters = 0
  for (const { userId, id, text } of rows) {
    words.push({ user_id: userId, id, words: markedWords(userId, text ?? '') })
    characters += text?.length ?? 0
    if (characters < sliceCharacters) continue
    await write(db, table, words)
    await setImmediate()
    words = []
    characters = 0
  }
  if (words.length > 0) await write(db, table, words)
}

type Indexed = { user_id: UserId; id: string; words: string[] }

/** A row that was indexed in the meantime, perhaps with a newer title, is not changed. */
async function write(db: Needs<'db'>['db'], table: SQL, rows: readonly Indexed[]): Promise<void> {
  await db.execute(sql`
    update ${table} as t set search_words = array_to_tsvector(array(select jsonb_array_elements_text(given.words)))
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (user_id text, id uuid, words jsonb)
    where t.user_id = given.user_id and t.id = given.id and t.search_words is null`)
}
