import { Client } from 'pg'
import { v7 } from 'uuid'
import { beforeEach, expect, test } from 'vitest'
import { historyBudget } from '@/lib/history/replay-history'
import type { ConversationId, MessageId, UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { withdrawTurn } from './admit-turn'
import { type OpenTurn, openTurn } from './open-turn'
import { type TurnRequest, turnRequest } from './turn-request'

const { db, url, sql } = await testDatabase()
const budget = historyBudget({ contextWindow: 100_000, maxOutputTokens: 0, prefixTokens: 0, questionTokens: 10 })

let userId: UserId
let conversationId: ConversationId
beforeEach(async () => {
  userId = v7() as UserId
  conversationId = v7() as ConversationId
  await sql(`insert into "user" (id, name, email) values ($1, 'Ada', $2)`, [userId, `${userId}@example.com`])
})

const submit = (text: string) =>
  turnRequest.parse({ conversationId, message: { id: v7(), role: 'user', parts: [{ type: 'text', text }] } })
const another = (messageId: string) =>
  turnRequest.parse({ conversationId, trigger: 'regenerate-message', messageId, turnId: v7() })

async function open(request: TurnRequest): Promise<OpenTurn> {
  const turn = await openTurn({ db, userId, limits: 'off' }, request, {
    budget,
    model: 'stub',
    answerId: v7() as MessageId,
  })
  if (typeof turn === 'string') throw new Error(turn)
  return turn
}
const takeBack = (request: TurnRequest, { answerId }: OpenTurn) => withdrawTurn({ db, userId }, request, answerId)
const end = ({ answerId }: OpenTurn) => sql(`update message set status = 'complete' where id = $1`, [answerId])

/** Returns all rows of this user, except for the column that is only meaningful within the opening statement. */
const everything = async () => ({
  conversations: await sql(
    `select to_jsonb(conversation) - 'previous_leaf_id' as row from conversation where user_id = $1`,
    [userId],
  ),
  messages: await sql(`select to_jsonb(message) as row from message where user_id = $1 order by seq`, [userId]),
})

test('withdrawing the first turn deletes its conversation, and the turn can be sent again', async () => {
  const request = submit('one?')
  expect(await takeBack(request, await open(request))).toBe(true)
  expect(await everything()).toEqual({ conversations: [], messages: [] })
  expect(await open(request)).toMatchObject({ parentId: null, history: [] })
})

test('withdrawing a later turn restores the conversation', async () => {
  await end(await open(submit('one?')))
  const before = await everything()
  const request = submit('two?')
  expect(await takeBack(request, await open(request))).toBe(true)
  expect(await everything()).toEqual(before)
  const again = await open(request)
  expect(again.history).toHaveLength(2)
  expect(await sql('select max(seq) as seq from message where user_id = $1', [userId])).toEqual([{ seq: 4 }])
})

test('withdrawing another answer keeps the question and its first answer', async () => {
  const first = await open(submit('one?'))
  await end(first)
  const before = await everything()
  const request = another(first.answerId)
  expect(await takeBack(request, await open(request))).toBe(true)
  expect(await everything()).toEqual(before)
})

test('withdrawing a turn that has ended changes nothing', async () => {
  const request = submit('one?')
  const turn = await open(request)
  await sql(`update message set status = 'stopped' where id = $1`, [turn.answerId])
  const before = await everything()
  expect(await takeBack(request, turn)).toBe(false)
  expect(await everything()).toEqual(before)
})

test('withdrawing requires the user and the turn id to match', async () => {
  const request = submit('one?')
  const turn = await open(request)
  const stranger = v7() as UserId
  await sql(`insert into "user" (id, name, email) values ($1, 'Eve', $2)`, [stranger, `${stranger}@example.com`])
  expect(await withdrawTurn({ db, userId: stranger }, request, turn.answerId)).toBe(false)
  expect(await withdrawTurn({ db, userId }, { ...request, turnId: v7() as never }, turn.answerId)).toBe(false)
  expect((await everything()).messages).toHaveLength(2)
})

test('withdrawing neither deadlocks with a concurrent send nor loses its update', async () => {
  await end(await open(submit('one?')))
  const before = await everything()
  const refused = submit('two?')
  const turn = await open(refused)
  // Locks the conversation as a send does, then the running turn.
  const other = new Client(url)
  await other.connect()
  try {
    await other.query('begin')
    await other.query('update conversation set last_seq = last_seq where user_id = $1', [userId])
    const takingBack = takeBack(refused, turn)
    const waitingHere = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(async () => (await sql(waitingHere)).length).toBeGreaterThan(0)
    // If the withdrawal had locked the messages first, the two would deadlock here.
    await other.query(`select 1 from message where user_id = $1 and status = 'streaming' for update nowait`, [userId])
    await other.query('rollback')
    expect(await takingBack).toBe(true)
  } finally {
    await other.end()
  }
  expect(await everything()).toEqual(before)
  expect((await open(submit('three?'))).history).toHaveLength(2)
})
