import { v7 } from 'uuid'
import { beforeAll, expect, test } from 'vitest'
import { exportMarkdown } from '@/lib/conversation/export-conversation'
import { listMessages } from '@/lib/conversation/list-messages'
import { shareConversation } from '@/lib/conversation/share-conversation'
import { historyBudget, replayHistory } from '@/lib/history/replay-history'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'
import { recoverConversation } from '@/lib/turn/turn-lease'
import { rowsRead } from '@/tests/services/rows-read'
import { testDatabase } from '@/tests/services/test-database'

/**
 * The first action in a new installation may be an import of 10,000 messages. Postgres has no statistics at that point,
 * so it expects one row from every index. The queries must use the right index even then.
 */
const { db, sql } = await testDatabase({ poolMax: 1 })
const userId = 'reader' as UserId
const conversationId = v7() as ConversationId
const ids = Array.from({ length: 10_000 }, () => v7() as MessageId)
const leafId = ids.at(-1) as MessageId
const context = { db, userId, limits: 'off' as const }

beforeAll(async () => {
  await sql('alter table message set (autovacuum_enabled = false)')
  await sql(`insert into "user" (id, name, email) values ($1, 'Reader', 'reader@example.com')`, [userId])
  await sql(`insert into conversation (user_id, id, title, last_seq, active_leaf_id) values ($1, $2, 'Long', $3, $4)`, [
    userId,
    conversationId,
    ids.length,
    leafId,
  ])
  await sql(
    `insert into message
      (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens)
    select $1, id, $2, lag(id) over (order by seq), gen_random_uuid(), 'user', seq, 'complete', '[]', seq * 10
    from unnest($3::uuid[]) with ordinality as chain (id, seq)`,
    [userId, conversationId, ids],
  )
  // Flushes the counters. Otherwise the rows that these inserts fetched for their foreign keys will be counted for a
  // later read.
  await sql('select pg_stat_force_next_flush()')
})

const budget = historyBudget({ contextWindow: 1500, maxOutputTokens: 100, prefixTokens: 0, questionTokens: 10 })

async function readAll(chunks: AsyncIterable<string>): Promise<void> {
  for await (const _ of chunks);
}

test.each<[string, number, () => Promise<unknown>]>([
  ['the newest page of messages', 300, () => listMessages(context, { conversationId, leafId: null, limit: 30 })],
  [
    'an older page of messages',
    300,
    () => listMessages(context, { conversationId, leafId: ids[5000] ?? null, limit: 30 }),
  ],
  ['the history in a prompt', 300, () => replayHistory(context, { conversationId, leafId }, budget)],
  ['the recovery of dead turns', 300, () => recoverConversation(context, conversationId)],
  ['a share link to the whole chat', 30_000, () => shareConversation(context, conversationId)],
  ['a Markdown export of the whole chat', 30_000, () => readAll(exportMarkdown(context, conversationId))],
])(
  'a chat of 10,000 messages that has just been imported is read only as far as needed for %s',
  async (_, maxRows, read) => {
    const before = await rowsRead(db)
    await read()
    const after = await rowsRead(db)
    expect(after.scanned - before.scanned, 'rows read by sequential scans').toBe(0)
    expect(after.fetched - before.fetched, 'rows fetched through indexes').toBeLessThan(maxRows)
  },
)
