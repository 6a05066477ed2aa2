import { sql } from 'drizzle-orm'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import type { ConversationId, UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { eraseExpiredConversations, restoreConversation, restoreConversations } from './conversations'

const { db } = await testDatabase()
const userId = 'ada' as UserId

test('erases any number of expired conversations in one sweep and keeps all others', async () => {
  await db.execute(sql`insert into "user" (id, name, email) values (${userId}, 'Ada', 'ada@example.com')`)
  await db.execute(sql`
    insert into conversation (user_id, id, title, last_seq, deleted_at)
    select ${userId}, gen_random_uuid(), 'Gone', 1500, now() - interval '31 seconds' from generate_series(1, 5)`)
  const kept = ['deleted_at = now()', 'temporary = true', `deleted_at = now() + interval '9 minutes'`]
  const ids: ConversationId[] = []
  for (const set of ['title = title', ...kept]) {
    const id = v7() as ConversationId
    ids.push(id)
    await db.execute(sql`insert into conversation (user_id, id, title) values (${userId}, ${id}, ${set})`)
    await db.execute(sql`update conversation set ${sql.raw(set)} where id = ${id}`)
  }
  await db.execute(sql`
    insert into conversation (user_id, id, title, temporary, created_at)
    values (${userId}, ${v7()}, 'Yesterday’s', true, now() - interval '25 hours')`)
  await eraseExpiredConversations({ db })
  const remaining = rowsOf(
    await db.execute(sql`select title from conversation order by title`),
    z.object({ title: z.string() }),
  )
  expect(remaining.map(({ title }) => title).toSorted()).toEqual(['title = title', ...kept].toSorted())

  // A conversation that is still being imported must not be restorable.
  await expect(restoreConversation({ db, userId }, ids[3] as ConversationId)).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await restoreConversations({ db, userId }, {})).toEqual({ count: 1 })
  expect(await restoreConversations({ db, userId }, { ids: [ids[3] ?? ''] })).toEqual({ count: 0 })
})

test('invalidates the cached answers of a user when a recently used temporary conversation is erased', async () => {
  const userIds = ['used-lately', 'used-before'] as const
  for (const [index, id] of userIds.entries()) {
    await db.execute(sql`insert into "user" (id, name, email) values (${id}, 'Ada', ${`${id}@example.com`})`)
    await db.execute(sql`
      insert into conversation (user_id, id, title, temporary, created_at, updated_at)
      values (${id}, ${v7()}, 'Old', true, now() - interval '25 hours', now() - make_interval(hours => ${index * 10}))`)
  }
  await eraseExpiredConversations({ db })
  const epochs = await db.execute(sql`select id, cache_epoch as epoch from "user" where id like 'used-%' order by id`)
  expect(rowsOf(epochs, z.object({ id: z.string(), epoch: z.number() }))).toEqual([
    { id: 'used-before', epoch: 0 },
    { id: 'used-lately', epoch: 1 },
  ])
})
