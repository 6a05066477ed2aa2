import { v7 } from 'uuid'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { importConversations } from '@/lib/actions/import-conversations'
import { maxKeysPerUser } from '@/lib/auth/find-key'
import { shareConversation } from '@/lib/conversation/share-conversation'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'
import { createLog } from '@/lib/log'
import { createTodo } from '@/lib/todo/todos'
import { openTurn } from '@/lib/turn/open-turn'
import { turnRequest } from '@/lib/turn/turn-request'
import { retryWhileUnavailable } from '@/tests/services/retry-while-unavailable'
import { testDatabase } from '@/tests/services/test-database'
import { quotaError } from './row-quota'

const { db, sql } = await testDatabase({ poolMax: 10 })
const writers = 50

let userId: UserId
beforeEach(async () => {
  userId = v7() as UserId
  await sql(`insert into "user" (id, name, email) values ($1, 'Ada', $2)`, [userId, `${userId}@example.com`])
})

const rowsIn = async (table: string, owner = 'user_id') =>
  (await sql<{ rows: number }>(`select count(*)::int as rows from ${table} where ${owner} = $1`, [userId]))[0]?.rows

/**
 * Runs `write` `count` times at once. Returns how many calls were rejected by the quota, and throws any other error.
 */
async function countRejected(count: number, write: (index: number) => Promise<unknown>): Promise<number> {
  const settled = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => retryWhileUnavailable(() => write(index))),
  )
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  for (const failure of failures) if (failure.code !== 'quota_exceeded' && quotaError(failure) === null) throw failure
  return failures.length
}

/** Keeps each insert uncommitted for a moment, so that writers that do not wait for each other overlap. */
async function insertSlowly(table: string) {
  await sql(`create or replace function linger() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.02); return null; end $$`)
  await sql(`create trigger linger after insert on ${table} execute function linger()`)
  onTestFinished(async () => void (await sql(`drop trigger linger on ${table}`)))
}

const budget = { budgetTokens: 1000, blockTokens: 100, excessTokens: 0 }
const context = (limits: Record<string, string>) => ({
  db,
  userId,
  limits,
  waitUntil: () => undefined,
  log: createLog('silent'),
})
const send = (limits: Record<string, string>, conversationId: string = v7()) => {
  const message = { id: v7(), role: 'user', parts: [{ type: 'text', text: 'Hello?' }] }
  const request = turnRequest.parse({ conversationId, message })
  return openTurn(context(limits), request, { budget, model: 'stub', answerId: v7() as MessageId })
}

describe('parallel writers', () => {
  test('does not let parallel writers exceed the quota of todos', async () => {
    await insertSlowly('todo')
    const todo = { title: 'Milk', description: '', done: false }
    expect(await countRejected(writers, () => createTodo(context({ todos: '7' }), todo))).toBe(writers - 7)
    expect(await rowsIn('todo')).toBe(7)
  })

  test('does not let parallel writers exceed the quota of conversations', async () => {
    await insertSlowly('conversation')
    expect(await countRejected(writers, () => send({ conversations: '7' }))).toBe(writers - 7)
    expect(await rowsIn('conversation')).toBe(7)
    expect(await rowsIn('message')).toBe(14)
  })

  test('does not let parallel writers exceed the quota of shared links', async () => {
    const ids = Array.from({ length: writers }, () => v7() as ConversationId)
    for (const id of ids)
      await sql('insert into conversation (user_id, id, title) values ($1, $2, $3)', [userId, id, 'x'])
    await insertSlowly('shared_conversation')
    const refused = await countRejected(writers, (index) =>
      shareConversation(context({ shares: '7' }), ids[index] as ConversationId),
    )
    expect(refused).toBe(writers - 7)
    expect(await rowsIn('shared_conversation')).toBe(7)
  })

  test('does not let parallel statements of better-auth exceed the quota of API keys', async () => {
    await insertSlowly('apikey')
    const insert = () => sql('insert into apikey (id, reference_id, key) values ($1, $2, $1)', [v7(), userId])
    const settled = await Promise.allSettled(Array.from({ length: 40 }, insert))
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(maxKeysPerUser)
    expect(await rowsIn('apikey', 'reference_id')).toBe(maxKeysPerUser)
  })
})

test('accepts existing objects again although the quota is used up', async () => {
  const limits = { todos: '1', conversations: '1' }
  const todo = { id: v7() as never, title: 'Milk', description: '', done: false }
  const made = await createTodo(context(limits), todo)
  expect(await createTodo(context(limits), todo)).toEqual(made)
  await expect(createTodo(context(limits), { ...todo, id: v7() as never })).rejects.toMatchObject({
    code: 'quota_exceeded',
    details: { detail: expect.stringContaining('todo') },
  })
  const conversationId = v7()
  await send(limits, conversationId)
  await sql(`update message set status = 'complete' where user_id = $1`, [userId])
  expect(await send(limits, conversationId)).toMatchObject({ fence: 1 })
})

test('limits the messages of a conversation, without affecting other users', async () => {
  const conversationId = v7()
  const end = () => sql(`update message set status = 'complete' where user_id = $1`, [userId])
  await send({ 'conversation-messages': '3' }, conversationId)
  await end()
  expect(await countRejected(1, () => send({ 'conversation-messages': '3' }, conversationId))).toBe(1)
  expect(await rowsIn('message')).toBe(2)
  await send({ 'conversation-messages': '4' }, conversationId)
  expect(await rowsIn('message')).toBe(4)
})

test('imports as much as the quota allows and reports why the rest is left out', async () => {
  const conversation = (id: string) => {
    const ids = [v7(), v7()]
    const message = (index: number) => ({
      id: ids[index],
      parentId: index === 0 ? null : ids[0],
      turnId: v7(),
      role: index === 0 ? 'user' : 'assistant',
      status: 'complete',
      parts: [{ type: 'text', text: 'Hello' }],
    })
    return { id, title: 'Old', messages: [message(0), message(1)] }
  }
  async function* items() {
    for (let count = 0; count < 4; count++) yield { text: JSON.stringify(conversation(v7())), values: 30 }
  }
  const byCount = await importConversations(context({ conversations: '3' }), items())
  expect(byCount).toMatchObject({ imported: 3, failedCount: 1 })
  expect(byCount.failed[0]?.reason).toContain('no room for another conversation')
  const byMessages = await importConversations(context({ messages: '8' }), items())
  expect(byMessages).toMatchObject({ imported: 1, failedCount: 3 })
  expect(byMessages.failed[0]?.reason).toContain('no room for so many messages')
})

test('enforces quotas even if rate limits are off', async () => {
  await sql(`insert into todo (user_id, id, title) select $1, gen_random_uuid(), 'x' from generate_series(1, 2000)`, [
    userId,
  ])
  const todo = { title: 'Milk', description: '', done: false }
  await expect(createTodo({ db, userId, limits: 'off' }, todo)).rejects.toMatchObject({ code: 'quota_exceeded' })
})
