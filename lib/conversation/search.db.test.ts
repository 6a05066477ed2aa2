import { sql } from 'drizzle-orm'
import { v7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { indexAllTexts, indexOwnTexts } from './index-texts'
import { foundMessages, searchConversations } from './search-conversations'
import { wordQuery, wordVector } from './search-words'

const { db } = await testDatabase()
const ada = 'ada' as UserId
const eve = 'eve' as UserId
const ids: Record<string, { id: ConversationId; messages: MessageId[] }> = {}
let minutes = 0

/** Inserts a conversation with one branch and indexed words. */
async function addConversation(title: string, texts: string[], more: { userId?: UserId; set?: string } = {}) {
  const { userId = ada, set = '' } = more
  const id = v7() as ConversationId
  const messages = texts.map(() => v7() as MessageId)
  minutes += 1
  await db.execute(sql`
    insert into conversation (user_id, id, title, search_words, last_seq, updated_at)
    values (${userId}, ${id}, ${title}, ${wordVector(userId, title)}, ${texts.length}, now() + make_interval(mins => ${minutes}))`)
  for (const [index, text] of texts.entries())
    await db.execute(sql`
      insert into message (user_id, id, conversation_id, turn_id, role, seq, status, parts, search_words, context_tokens)
      values (${userId}, ${messages[index]}, ${id}, ${v7()}, ${index % 2 ? 'assistant' : 'user'}, ${index + 1}, 'complete',
        ${JSON.stringify([{ type: 'text', text }])}::jsonb, ${wordVector(userId, text)}, 1)`)
  if (set) await db.execute(sql`update conversation set ${sql.raw(set)} where id = ${id}`)
  ids[title] = { id, messages }
}

beforeAll(async () => {
  for (const id of [ada, eve]) await db.execute(sql`insert into "user" (id, name, email) values (${id}, ${id}, ${id})`)
  await addConversation('Fish', ['How does a goldfish sleep?', 'A goldfish sleeps with its eyes open.'])
  await addConversation('Umlaute', ['Über Größe und STRASSE', 'Eine Straße in München'])
  await addConversation('CJK', ['東京タワーはどこですか', '港区にあります。대한민국 서울'])
  await addConversation('Feelings', ['That was great 👍🏽 really', 'Paid 100% of 5 € for C:\\dir_a'])
  await addConversation('Café Crème', ['nothing to see'])
  await addConversation('Put away', ['a goldfish in the cupboard'], { set: 'archived = true' })
  await addConversation('For a day', ['a goldfish for a day'], { set: 'temporary = true' })
  await addConversation('Thrown away', ['a goldfish in the bin'], { set: 'deleted_at = now()' })
  await addConversation('Eve’s', ['a goldfish of eve'], { userId: eve })
})

const page = { limit: 30, after: null }
const titles = async (text: string, more = {}) =>
  (await searchConversations({ db, userId: ada }, text, { ...page, ...more })).items.map(({ title }) => title)

/**
 * Adds an unrelated long conversation. The recent messages are then not sufficient, so the search must use the index.
 */
const requireIndex = () => addConversation('Long', ['about something else'], { set: 'last_seq = 1000' })

describe.each([
  { way: 'the newest conversations', prepare: async () => undefined },
  { way: 'the index', prepare: requireIndex },
])('searchConversations using $way', ({ prepare }) => {
  beforeAll(prepare)

  test.each([
    ['goldfish', ['Put away', 'Fish']],
    ['GOLDF', ['Put away', 'Fish']],
    ['goldfish open', ['Fish']],
    ['open goldfish', ['Fish']],
    ['goldfish cupb', ['Put away']],
    ['gold sleeps', []],
    ['strasse', ['Umlaute']],
    ['straße munchen', ['Umlaute']],
    ['uber gros', ['Umlaute']],
    ['東京', ['CJK']],
    ['京タワー', ['CJK']],
    ['京', ['CJK']],
    ['か', ['CJK']],
    ['が', []],
    ['京東', []],
    ['민국', ['CJK']],
    ['👍', ['Feelings']],
    ['👎', []],
    ['100%', ['Feelings']],
    ['%', ['Feelings']],
    ['_', ['Feelings']],
    ['\\', ['Feelings']],
    ['€', ['Feelings']],
    ['cafe creme', ['Café Crème']],
    ['...', []],
    ["'", []],
    ["' | 'a':*", []],
    ['((a+)+)+', []],
    ['nothing of the kind', []],
  ])('the query %j finds %j', async (text, expected) => {
    expect(await titles(text)).toEqual(expected)
  })

  test('filters by archived and pinned, and returns consecutive pages', async () => {
    expect(await titles('goldfish', { archived: true })).toEqual(['Put away'])
    expect(await titles('goldfish', { archived: false })).toEqual(['Fish'])
    expect(await titles('goldfish', { pinned: true })).toEqual([])
    const first = await searchConversations({ db, userId: ada }, 'goldfish', { limit: 1, after: null })
    expect(first.next).not.toBeNull()
    const second = await searchConversations({ db, userId: ada }, 'goldfish', { limit: 1, after: first.next })
    expect([...first.items, ...second.items].map(({ title }) => title)).toEqual(['Put away', 'Fish'])
    expect(second.next).toBeNull()
  })
})

describe('snippets of searchConversations', () => {
  const find = async (text: string) => (await searchConversations({ db, userId: ada }, text, page)).items.at(-1)
  const shown = (found: Awaited<ReturnType<typeof find>>) =>
    found?.snippet.matches.map(([start, end]) => found.snippet.text.slice(start, end))

  test('the snippet shows the newest matching message with its matches', async () => {
    const found = await find('goldfish sleeps')
    expect(found?.messageId).toBe(ids.Fish?.messages[1])
    expect(found?.snippet.text).toBe('A goldfish sleeps with its eyes open.')
    expect(shown(found)).toEqual(['goldfish', 'sleeps'])
    expect(shown(await find('東京タ'))).toEqual(['東京タ'])
    expect(shown(await find('munch'))).toEqual(['Münch'])
    expect(shown(await find('👍'))).toEqual(['👍🏽'])
  })

  test('the snippet shows the title if no message matches', async () => {
    const found = await find('creme')
    expect(found).toMatchObject({ messageId: null, snippet: { text: 'Café Crème' } })
    expect(shown(found)).toEqual(['Crème'])
  })
})

test("searches only the user's entries of the word index", async () => {
  const query = wordQuery(ada, ['goldfish'])
  const plan = await db.transaction(async (tx) => {
    // The planner would prefer a sequential scan for so few rows.
    await tx.execute(sql`set local enable_seqscan = off`)
    return rowsOf(await tx.execute(sql`explain ${foundMessages(ada, query)}`), z.object({ 'QUERY PLAN': z.string() }))
  })
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('Bitmap Index Scan on message_search')
  expect(wordQuery(eve, ['goldfish'])).not.toBe(query)
})

test('indexes texts that are not indexed yet', async () => {
  await db.execute(sql`update message set search_words = null`)
  await db.execute(sql`update conversation set search_words = null`)
  expect(await titles('goldfish')).toEqual([])
  await indexOwnTexts({ db, userId: ada })
  expect(await titles('goldfish')).toEqual(['Put away', 'Fish'])
  expect(await titles('creme')).toEqual(['Café Crème'])
  expect(await indexAllTexts({ db })).toBe(2)
  expect(await indexAllTexts({ db })).toBe(0)
})
