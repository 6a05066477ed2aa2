import type { SQL } from 'drizzle-orm'
import { v7 } from 'uuid'
import { beforeEach, expect, test, vi } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { AppError } from '@/lib/errors'
import { historyBudget } from '@/lib/history/replay-history'
import type { MessageId, UserId } from '@/lib/ids'
import { createLog } from '@/lib/log'
import { testDatabase } from '@/tests/services/test-database'
import { admitTurn } from './admit-turn'
import { openTurn } from './open-turn'
import { turnRequest } from './turn-request'

const { db, sql } = await testDatabase()
const budget = historyBudget({ contextWindow: 100_000, maxOutputTokens: 0, prefixTokens: 0, questionTokens: 10 })
const keys = openKeyRing({ ANSWER_CACHE_KEYS: undefined, BETTER_AUTH_SECRET: 'x'.repeat(32) })

let userId: UserId
let backgroundWork: Promise<unknown>[]
beforeEach(async () => {
  userId = v7() as UserId
  backgroundWork = []
  await sql('delete from rate_limit')
  await sql(`insert into "user" (id, name, email) values ($1, 'Ada', $2)`, [userId, `${userId}@example.com`])
})

const context = (limits: Record<string, string>, more: object = {}) => ({
  db,
  redis: null,
  keys,
  userId,
  limits,
  waitUntil: (work: Promise<unknown>) => void backgroundWork.push(work),
  log: createLog('silent'),
  ...more,
})
const submit = (conversationId = v7()) =>
  turnRequest.parse({ conversationId, message: { id: v7(), role: 'user', parts: [{ type: 'text', text: 'Hello?' }] } })
const send = (limits: Record<string, string>, request = submit(), more: object = {}) => {
  const answerId = v7() as MessageId
  return admitTurn(
    context(limits, more),
    request,
    answerId,
    openTurn({ db, userId, limits: 'off' }, request, { budget, model: 'stub', answerId }),
  )
}

const rateLimitCounts = async () => {
  await Promise.all(backgroundWork)
  return (await sql<{ count: number }>(`select count from rate_limit where key not like 'streams:%' order by key`)).map(
    ({ count }) => count,
  )
}
const messages = () => sql('select 1 from message where user_id = $1', [userId])

test('charges an opened turn to both limits and returns the rate limit headers', async () => {
  const { turn, rateLimit } = await send({ chat: '5/60' })
  expect(turn).toMatchObject({ parentId: null })
  expect(rateLimit).toEqual({
    'ratelimit-policy': '"chat";q=5;w=60, "chat-day";q=300;w=86400',
    ratelimit: expect.stringMatching(/^"chat";r=4;t=\d+, "chat-day";r=299;t=\d+$/),
  })
  expect(await rateLimitCounts()).toEqual([1, 1])
})

test('withdraws a turn that is over the limit, so that its id can be sent again', async () => {
  const request = submit()
  await send({ chat: '1/60' })
  const before = await messages()
  await expect(send({ chat: '1/60' }, request)).rejects.toMatchObject({ code: 'rate_limited' })
  expect(await messages()).toEqual(before)
  expect(await sql('select 1 from conversation where id = $1', [request.conversationId])).toEqual([])
  expect((await send({ chat: '2/60' }, request)).turn).toMatchObject({ parentId: null })
  expect(await rateLimitCounts()).toEqual([2, 2])
})

test('does not charge a lost claim, and returns it even to a user over the limit', async () => {
  const request = submit()
  await send({ chat: '5/60' }, request)
  expect(await send({ chat: '5/60' }, request)).toMatchObject({ turn: expect.any(String), rateLimit: {} })
  expect(await rateLimitCounts()).toEqual([1, 1])
  expect(await send({ chat: '1/60' }, request)).toMatchObject({ turn: expect.any(String), rateLimit: {} })
  expect(await messages()).toHaveLength(2)
})

test('does not charge a turn that could not be opened', async () => {
  const opening = Promise.reject(new AppError('not_found'))
  await expect(admitTurn(context({}), submit(), v7() as MessageId, opening)).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await rateLimitCounts()).toEqual([0, 0])
})

test('withdraws the turn if the rate limit cannot be counted', async () => {
  const request = submit()
  // Only the first statement, which counts, fails. The withdrawal after it succeeds.
  const execute = vi.fn((statement: SQL) => db.execute(statement)).mockRejectedValueOnce(new Error('gone'))
  await expect(send({}, request, { db: { execute } })).rejects.toMatchObject({ code: 'database_unavailable' })
  expect(await messages()).toEqual([])
})

test('charges no user if the limits are off', async () => {
  const request = submit()
  const answerId = v7() as MessageId
  const opening = openTurn({ db, userId, limits: 'off' }, request, { budget, model: 'stub', answerId })
  expect(await admitTurn({ ...context({}), limits: 'off' }, request, answerId, opening)).toMatchObject({
    rateLimit: {},
  })
  expect(await rateLimitCounts()).toEqual([])
})
