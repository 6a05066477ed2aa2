import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { historyBudget } from '@/lib/history/replay-history'
import type { ConversationId, MessageId, TurnId, UserId } from '@/lib/ids'
import { testDatabase } from '@/tests/services/test-database'
import { closeTurn } from './close-turn'
import { type OpenTurn, openTurn } from './open-turn'
import { turnRequest } from './turn-request'
import { prefetchTurnState } from './turn-state'

const { db, url, sql: ask } = await testDatabase()
const wide = historyBudget({ contextWindow: 100_000, maxOutputTokens: 0, prefixTokens: 0, questionTokens: 10 })

let userId: UserId
let conversationId: ConversationId
beforeEach(async () => {
  userId = v7() as UserId
  conversationId = v7() as ConversationId
  await ask(`insert into "user" (id, name, email) values ($1, 'Ada', $2)`, [userId, `${userId}@example.com`])
})

const submit = (text: string, more: object = {}) =>
  turnRequest.parse({ conversationId, message: { id: v7(), role: 'user', parts: [{ type: 'text', text }] }, ...more })
const open = (request: ReturnType<typeof submit>, budget = wide) =>
  openTurn({ db, userId, limits: 'off' }, request, { budget, model: 'stub', answerId: v7() as MessageId })

function opened(result: Awaited<ReturnType<typeof openTurn>>): OpenTurn {
  if (typeof result === 'string') throw new Error(`not opened: ${result}`)
  return result
}

const close = (turn: OpenTurn, turnId: TurnId, text: string) =>
  closeTurn(
    { db, userId },
    {
      answerId: turn.answerId,
      fence: turn.fence,
      turnId,
      status: 'complete',
      parts: [{ type: 'text', text }],
      path: `path of ${text}`,
      model: 'stub',
      usage: { inputTokens: 3, cachedInputTokens: 1, outputTokens: 2 },
      costUsd: 0.01,
      ttftMs: 5,
      durationMs: 9,
      cache: { status: 'miss', layer: null, similarity: null, ageSeconds: null, savedMs: null, savedUsd: null },
      cacheEntry: null,
      errorCode: null,
    },
  )

async function turn(question: string, answer: string, more: object = {}) {
  const request = submit(question, more)
  const result = opened(await open(request))
  expect(await close(result, request.turnId, answer)).toBe(true)
  return result
}

const textsOf = ({ history }: OpenTurn) =>
  history.flatMap(({ parts }) => parts.map((part) => 'text' in part && part.text))

describe('openTurn', () => {
  test('creates the conversation, then follows its newest answer', async () => {
    const first = await turn('one?', 'one.')
    expect(first).toMatchObject({ parentId: null, history: [] })
    const second = opened(await open(submit('two?')))
    expect(second.parentId).toBe(first.answerId)
    expect(textsOf(second)).toEqual(['one?', 'one.'])
    const rows = await ask('select seq, role, status from message where user_id = $1 order by seq', [userId])
    expect(rows).toEqual([
      { seq: 1, role: 'user', status: 'complete' },
      { seq: 2, role: 'assistant', status: 'complete' },
      { seq: 3, role: 'user', status: 'complete' },
      { seq: 4, role: 'assistant', status: 'streaming' },
    ])
  })

  test('writes nothing when it loses its claim', async () => {
    const request = submit('one?')
    const first = opened(await open(request))
    expect(await open(submit('two?'))).toBe('turn_in_progress')
    await close(first, request.turnId, 'one.')
    expect(await open(request)).toBe('idempotency_mismatch')
    const [row] = await ask('select last_seq, active_leaf_id from conversation where user_id = $1', [userId])
    expect(row).toEqual({ last_seq: 2, active_leaf_id: first.answerId })
    expect(await ask('select 1 from message where user_id = $1', [userId])).toHaveLength(2)
  })

  test.each([
    ['an unknown parent', () => ({ parentId: v7() })],
    ['an unknown message to regenerate', () => ({ trigger: 'regenerate-message', messageId: v7() })],
  ])('rejects %s with `not_found`', async (_, more) => {
    await turn('one?', 'one.')
    const fields = more()
    const request =
      'trigger' in fields ? turnRequest.parse({ conversationId, turnId: v7(), ...fields }) : submit('two?', fields)
    await expect(open(request)).rejects.toMatchObject({ code: 'not_found' })
    expect(await ask('select last_seq from conversation where user_id = $1', [userId])).toEqual([{ last_seq: 2 }])
  })

  test('does not create a conversation around a parent of another conversation', async () => {
    const elsewhere = await turn('one?', 'one.')
    const request = submit('two?', { conversationId: v7(), parentId: elsewhere.answerId })
    await expect(open(request)).rejects.toMatchObject({ code: 'not_found' })
    expect(await ask('select id from conversation where user_id = $1', [userId])).toHaveLength(1)
  })

  test('rejects a deleted conversation with `not_found`', async () => {
    await turn('one?', 'one.')
    await ask('update conversation set deleted_at = now() where user_id = $1', [userId])
    await expect(open(submit('two?'))).rejects.toMatchObject({ code: 'not_found' })
  })
})

/**
 * Opens a turn while another connection holds the lock of the conversation's row, and releases the lock once the turn
 * waits for it.
 */
async function openBehindLock(request: ReturnType<typeof submit>, whileHeld: (holder: Client) => Promise<void>) {
  const holder = new Client({ connectionString: url })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query('select 1 from conversation where user_id = $1 for update', [userId])
    const opening = open(request)
    opening.catch(() => undefined)
    const waitingHere = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(async () => (await ask(waitingHere)).length).toBeGreaterThan(0)
    await whileHeld(holder)
    await holder.query('commit')
    return await opening
  } finally {
    await holder.end()
  }
}

describe('openTurn with a snapshot older than its lock', () => {
  test('includes a turn in the history that was opened and closed during the wait for the lock', async () => {
    const first = await turn('one?', 'one.')
    const between = { question: v7(), answer: v7() }
    const result = opened(
      await openBehindLock(submit('three?'), async (holder) => {
        await holder.query(
          `update conversation set last_seq = 4, previous_leaf_id = active_leaf_id, active_leaf_id = $2 where user_id = $1`,
          [userId, between.answer],
        )
        for (const [id, parent, role, seq, text] of [
          [between.question, first.answerId, 'user', 3, 'two?'],
          [between.answer, between.question, 'assistant', 4, 'two.'],
        ])
          await holder.query(
            `insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens)
             values ($1, $2, $3, $4, $5, $6, $7, 'complete', $8, $9)`,
            [
              userId,
              id,
              conversationId,
              parent,
              between.question,
              role,
              seq,
              JSON.stringify([{ type: 'text', text }]),
              50,
            ],
          )
      }),
    )
    expect(result.parentId).toBe(between.answer)
    expect(textsOf(result)).toEqual(['one?', 'one.', 'two?', 'two.'])
    const rows = await ask<{ context_tokens: number; seq: number }>(
      'select seq, context_tokens from message where user_id = $1 and seq > 4 order by seq',
      [userId],
    )
    expect(rows.map(({ seq }) => seq)).toEqual([5, 6])
    for (const { context_tokens } of rows) expect(context_tokens).toBeGreaterThan(50)
  })

  test('includes the final text of an answer that was closed during the wait for the lock', async () => {
    const request = submit('one?')
    const first = opened(await open(request))
    await ask(`update message set parts = '[{"type":"text","text":"half an ans"}]' where id = $1`, [first.answerId])
    const result = opened(
      await openBehindLock(submit('two?'), async () => {
        // The closing update does not touch the conversation's row, so it succeeds while that row is locked.
        expect(await close(first, request.turnId, 'half an answer, and the other half')).toBe(true)
      }),
    )
    expect(textsOf(result)).toEqual(['one?', 'half an answer, and the other half'])
    expect(result.parentPath).toBe('path of half an answer, and the other half')
  })
})

describe('history of openTurn', () => {
  test('trims the history in blocks, so that its first message stays the same over many turns and the budget holds', async () => {
    const budget = historyBudget({ contextWindow: 1000, maxOutputTokens: 100, prefixTokens: 50, questionTokens: 20 })
    const starts: (MessageId | undefined)[] = []
    for (let count = 0; count < 60; count++) {
      const request = submit(`question ${count}, with some words to fill the window`)
      const result = opened(await open(request, budget))
      const last = result.history.at(-1)?.contextTokens ?? 0
      const before = result.history[0] ? result.history[0].contextTokens : 0
      expect(last - before).toBeLessThanOrEqual(budget.budgetTokens)
      starts.push(result.history[0]?.id)
      await close(result, request.turnId, `answer ${count}, which has some words as well`)
    }
    const changes = starts.filter((start, index) => index > 1 && start !== starts[index - 1])
    expect(changes.length).toBeGreaterThan(2)
    expect(changes.length).toBeLessThan(15)
  })

  test('reads only as many rows of a long conversation as fit into the context window', async () => {
    const budget = historyBudget({ contextWindow: 1000, maxOutputTokens: 100, prefixTokens: 50, questionTokens: 20 })
    await ask(
      `with c as (insert into conversation (user_id, id, title, last_seq, active_leaf_id)
         values ($1, $2, 'long', 4000, ('00000000-0000-7000-8000-' || lpad('4000', 12, '0'))::uuid) returning id)
       insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens)
       select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, c.id,
         case when n > 1 then ('00000000-0000-7000-8000-' || lpad((n - 1)::text, 12, '0'))::uuid end,
         ('10000000-0000-7000-8000-' || lpad(((n + 1) / 2)::text, 12, '0'))::uuid,
         case when n % 2 = 1 then 'user' else 'assistant' end, n, 'complete', '[{"type":"text","text":"some words"}]', n * 20
       from c, generate_series(1, 4000) n`,
      [userId, conversationId],
    )
    const result = opened(await open(submit('and now?'), budget))
    expect(result.history.length).toBeGreaterThan(10)
    expect(result.history.length).toBeLessThanOrEqual(budget.budgetTokens / 20)
  })
})

describe('prefetchTurnState', () => {
  test("finds the session's user, the turn with this id, and the path that it follows", async () => {
    const token = v7()
    await ask(`insert into session (id, token, user_id, expires_at) values ($1, $1, $2, now() + interval '1 day')`, [
      token,
      userId,
    ])
    const request = submit('one?')
    expect(await prefetchTurnState({ db }, { by: 'session', token }, request)).toMatchObject({
      userId,
      claimed: null,
      parentId: null,
      parentPath: '',
    })
    const first = opened(await open(request))
    await close(first, request.turnId, 'one.')
    expect(await prefetchTurnState({ db }, { by: 'session', token }, request)).toMatchObject({
      claimed: { answerId: first.answerId, fence: 1, isRunning: false, requestHash: request.hash },
    })
    expect(await prefetchTurnState({ db }, { by: 'session', token }, submit('two?'))).toMatchObject({
      claimed: null,
      parentId: first.answerId,
      parentPath: 'path of one.',
    })
    expect(await prefetchTurnState({ db }, { by: 'session', token: v7() }, request)).toBeNull()
  })
})

test('records usage once, even if a turn is closed twice', async () => {
  const request = submit('one?')
  const first = opened(await open(request))
  expect(await close(first, request.turnId, 'one.')).toBe(true)
  expect(await close(first, request.turnId, 'two.')).toBe(false)
  const rows = await db.execute(sql`select model, outcome, input_tokens from usage where user_id = ${userId}`)
  expect(rows).toMatchObject({ rows: [{ model: 'stub', outcome: 'complete', input_tokens: 3 }] })
})

test('rejects a turn of an account that was deleted after the session lookup', async () => {
  await ask('delete from "user" where id = $1', [userId])
  await expect(open(submit('Anyone there?'))).rejects.toMatchObject({ code: 'unauthenticated' })
})
