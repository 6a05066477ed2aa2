/** Messages of 16 MiB, which were possible before imports were limited. */
import { sql } from 'drizzle-orm'
import { v7 } from 'uuid'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { countRows, rowsOf } from '@/db/rows'
import type { UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { indexOwnTexts } from './index-texts'
import { searchConversations } from './search-conversations'
import { searchWords, taggedWords } from './search-words'

const { db } = await testDatabase()
const userId = 'ada' as UserId

/** Inserts a conversation with one message that repeats `word` this many times and is not indexed. */
async function addConversation(title: string, word: string, times: number) {
  const id = v7()
  await db.execute(sql`
    insert into conversation (user_id, id, title, last_seq, updated_at) values (${userId}, ${id}, ${title}, 1, now())`)
  await db.execute(sql`
    insert into message (user_id, id, conversation_id, turn_id, role, seq, status, parts, context_tokens)
    values (${userId}, ${v7()}, ${id}, ${v7()}, 'user', 1, 'complete',
      jsonb_build_array(jsonb_build_object('type', 'text', 'text', repeat(${word}, ${times}::int))), 1)`)
}

beforeAll(async () => {
  await db.execute(sql`insert into "user" (id, name, email) values (${userId}, ${userId}, ${userId})`)
  for (let index = 0; index < 15; index++) await addConversation(`Long ${index}`, 'goldfish swim ', 1_100_000)
  await addConversation('Chinese', '東京大学の金魚', 30_000)
  await addConversation('Marks', 'a\u0316\u0301', 60_000)
})

test('indexes and finds messages of 15 MiB and returns short snippets', async () => {
  await indexOwnTexts({ db, userId })
  const left = await db.execute(sql`select id from message where search_words is null`)
  expect(countRows(left)).toBe(0)
  const found = await searchConversations({ db, userId }, 'goldfish', { limit: 30, after: null })
  expect(found.items).toHaveLength(15)
  expect(found.items[0]?.snippet.text).toContain('goldfish swim')
  for (const { snippet } of found.items) expect(snippet.text.length).toBeLessThan(300)
  const chinese = await searchConversations({ db, userId }, '金魚', { limit: 30, after: null })
  expect(chinese.items.map(({ title }) => title)).toEqual(['Chinese'])
})

test('keeps the indexed words of a text below the size limit of Postgres', async () => {
  const long = (index: number) => `${'\ufdfa'.repeat(3)}${(index + 1296).toString(36)}`
  const text = Array.from({ length: 12_000 }, (_, index) => long(index)).join(' ')
  const marked = taggedWords(userId, text)
  expect(marked.length).toBeLessThan(new Set(Array.from(searchWords(text), ({ word }) => word)).size)
  const result = await db.execute(sql`
    select length(array_to_tsvector(array(select jsonb_array_elements_text(${JSON.stringify(marked)}::jsonb)))) as words`)
  expect(rowsOf(result, z.object({ words: z.number() }))[0]?.words).toBe(marked.length)
})
