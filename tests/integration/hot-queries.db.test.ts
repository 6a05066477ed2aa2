import { v7 } from 'uuid'
import { beforeAll, expect, test } from 'vitest'
import { findKey, isKeyValid, recordKeyUse } from '@/lib/auth/find-key'
import { listKeys } from '@/lib/auth/manage-keys'
import { isSessionValid } from '@/lib/auth/session-life'
import { prefetchCaller } from '@/lib/completion/plan-completion'
import { eraseExpiredConversations, listConversations, requireConversation } from '@/lib/conversation/conversations'
import { indexAllTexts } from '@/lib/conversation/index-texts'
import { listMessages } from '@/lib/conversation/list-messages'
import { patchConversation } from '@/lib/conversation/patch-conversation'
import { searchConversations } from '@/lib/conversation/search-conversations'
import { taggedWords } from '@/lib/conversation/search-words'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { historyBudget, replayHistory } from '@/lib/history/replay-history'
import { deleteOldIdempotencyKeys } from '@/lib/http/create-once'
import type { ConversationId, MessageId, TodoId, UserId } from '@/lib/ids'
import { findPreferences, updatePreferences } from '@/lib/preference/preferences'
import { consumeRateLimit } from '@/lib/rate-limit/consume-rate-limit'
import { rateLimitRequests } from '@/lib/rate-limit/rate-limit-request'
import { countTodos, createTodo, deleteTodo, listTodos, patchTodo } from '@/lib/todo/todos'
import { closeTurn } from '@/lib/turn/close-turn'
import { findRunningTurn } from '@/lib/turn/follow/follow-turn'
import { openTurn } from '@/lib/turn/open-turn'
import { recoverAllTurns, recoverConversation, requestStop, saveCheckpoint } from '@/lib/turn/turn-lease'
import { turnRequest } from '@/lib/turn/turn-request'
import { prefetchTurnState } from '@/lib/turn/turn-state'
import { rowsRead } from '@/tests/services/rows-read'
import { testDatabase } from '@/tests/services/test-database'

/**
 * Tests how many rows the frequent queries read next to 100,000 rows of other users. A query must not scan a table, and
 * must not fetch many more rows through an index than its result contains.
 */
const { db, sql: runSql } = await testDatabase({ poolMax: 1 })
const userId = 'reader' as UserId
const conversationId = v7() as ConversationId
const token = 'session-token-of-the-reader'
const keyHash = 'hash of the reader’s key'
const settings = {
  systemPrompt: '',
  mcpServers: [],
  answerCacheDefault: 'private' as const,
  sharing: { after: 5, accountAgeHours: 24, perNetwork: 1, verifiedOnly: false },
  embedTimeoutMs: 400,
  cacheMaxBytes: 1_000_000,
}
const budget = historyBudget({ contextWindow: 8000, maxOutputTokens: 1000, prefixTokens: 0, questionTokens: 10 })
const leafId = v7() as MessageId
const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })

beforeAll(async () => {
  await runSql(`
    insert into "user" (id, name, email) select 'u' || n, 'Other', 'u' || n || '@example.com' from generate_series(1, 1000) n`)
  await runSql(`
    insert into session (id, token, user_id, expires_at)
    select 's' || n, 't' || n, 'u' || n, now() + interval '1 day' from generate_series(1, 1000) n`)
  await runSql(`insert into apikey (id, reference_id, key) select 'k' || id, id, 'hash of ' || id from "user"`)
  await runSql(`
    insert into conversation (user_id, id, title, search_words, last_seq)
    select 'u' || (n % 1000 + 1), gen_random_uuid(), 'Other', 'other', 10 from generate_series(1, 10000) n`)
  await runSql(
    `
    insert into message
      (user_id, id, conversation_id, turn_id, role, seq, status, parts, search_words, context_tokens)
    select user_id, gen_random_uuid(), id, gen_random_uuid(), 'user', seq, 'complete', '[]', words, 1
    from conversation, generate_series(1, 10) seq, jsonb_to_recordset($1) as w ("userId" text, words tsvector)
    where user_id = w."userId"`,
    [wordsOfOthers()],
  )
  await runSql(`insert into todo (user_id, id, title) select user_id, id, 'Other' from message`)
  await runSql(`insert into usage (user_id, turn_id, model, outcome, duration_ms)
    select user_id, turn_id, 'm', 'complete', 1 from message`)
  await runSql(`insert into "user" (id, name, email) values ($1, 'Reader', 'reader@example.com')`, [userId])
  await runSql(
    `insert into session (id, token, user_id, expires_at)
    values ('mine', $1, $2, now() + interval '1 day')`,
    [token, userId],
  )
  await runSql(`insert into apikey (id, reference_id, key) values ('mine', $1, $2)`, [userId, keyHash])
  await runSql(
    `insert into conversation (user_id, id, title, last_seq, active_leaf_id)
    values ($1, $2, 'Mine', 1, $3)`,
    [userId, conversationId, leafId],
  )
  await runSql(
    `insert into message
      (user_id, id, conversation_id, turn_id, role, seq, status, parts, context_tokens)
    values ($1, $2, $3, $4, 'assistant', 1, 'complete', '[]', 1)`,
    [userId, leafId, conversationId, v7()],
  )
  await runSql(`analyze`)
}, 120_000)

/** Returns the search words of the other users. They have the same words, each tagged with its owner. */
const wordsOfOthers = () =>
  JSON.stringify(
    Array.from({ length: 1000 }, (_, index) => {
      const owner = `u${index + 1}`
      return { userId: owner, words: taggedWords(owner as UserId, 'other words').join(' ') }
    }),
  )

const request = () =>
  turnRequest.parse({ conversationId, message: { id: v7(), role: 'user', parts: [{ type: 'text', text: 'Hello?' }] } })
const context = { db, userId, settings, limits: 'off' as const }

const hotQueries: Record<string, () => Promise<unknown>> = {
  prefetchTurnState: () => prefetchTurnState(context, { by: 'session', token }, request()),
  'openTurn and closeTurn': async () => {
    const newRequest = request()
    const turn = await openTurn(context, newRequest, { budget, model: 'stub', answerId: v7() as MessageId })
    if (typeof turn === 'string') throw new Error(turn)
    await saveCheckpoint(context, turn, [])
    await closeTurn(context, {
      answerId: turn.answerId,
      fence: turn.fence,
      turnId: newRequest.turnId,
      status: 'complete',
      parts: [],
      path: '',
      model: 'stub',
      usage: null,
      costUsd: null,
      ttftMs: null,
      durationMs: 1,
      cache: { status: 'miss', layer: null, similarity: null, ageSeconds: null, savedMs: null, savedUsd: null },
      cacheEntry: null,
      errorCode: null,
    })
  },
  replayHistory: () => replayHistory(context, { conversationId, leafId }, budget),
  recoverConversation: () => recoverConversation(context, conversationId),
  recoverAllTurns: () => recoverAllTurns(context),
  findRunningTurn: () => findRunningTurn(context, conversationId),
  requestStop: () => requestStop({ ...context, redis: null, keys }, conversationId),
  listConversations: () => listConversations(context, { limit: 30, after: null, archived: false }),
  'listConversations for the next page': () =>
    listConversations(context, { limit: 30, after: { at: new Date().toISOString(), id: v7() }, archived: false }),
  requireConversation: () => requireConversation(context, conversationId),
  eraseExpiredConversations: () => eraseExpiredConversations(context),
  indexAllTexts: () => indexAllTexts(context),
  'searchConversations for a word of all users': () =>
    searchConversations(context, 'other', { limit: 30, after: null }),
  'searchConversations for an unused word': () =>
    searchConversations(context, 'quetz', { limit: 30, after: null, archived: false }),
  patchConversation: () => patchConversation(context, conversationId, { title: 'Mine', activeLeafId: leafId }),
  'listConversations for pinned conversations': () =>
    listConversations(context, { limit: 30, after: null, archived: false, pinned: true }),
  listMessages: () => listMessages(context, { conversationId, leafId: null, limit: 30 }),
  findPreferences: () => findPreferences(context),
  updatePreferences: () => updatePreferences(context, { theme: 'dark' }),
  listTodos: () => listTodos(context, { filter: 'open', limit: 30, after: null }),
  'listTodos for the next page': () =>
    listTodos(context, { filter: 'all', limit: 30, after: { at: new Date().toISOString(), id: v7() } }),
  countTodos: () => countTodos(context),
  'createTodo, patchTodo and deleteTodo': async () => {
    const id = (await createTodo(context, { title: 'Mine', description: '', done: false })).id as TodoId
    await patchTodo(context, id, { done: true })
    await deleteTodo(context, id)
  },
  deleteOldIdempotencyKeys: () => deleteOldIdempotencyKeys(context),
  'consumeRateLimit without Redis': () =>
    consumeRateLimit({ db, redis: null }, rateLimitRequests({}, ['chat', 'chat-day'], 'somebody')),
  isSessionValid: () => isSessionValid(db, 'mine'),
  'prefetchTurnState with a key': () => prefetchTurnState(context, { by: 'key', hash: keyHash }, request()),
  prefetchCaller: () => prefetchCaller(context, { by: 'key', hash: keyHash }),
  findKey: () => findKey(db, keyHash, { verifiedOnly: true }),
  isKeyValid: () => isKeyValid(db, 'mine'),
  recordKeyUse: () => recordKeyUse(db, 'mine'),
  listKeys: () => listKeys(db, userId),
  'the session query of better-auth': () =>
    db.query.session.findFirst({ where: (session, { eq }) => eq(session.token, token), with: { user: true } }),
}

test.each(Object.keys(hotQueries))('%s reads no rows of other users', async (name) => {
  await hotQueries[name]?.()
  const before = await rowsRead(db)
  await hotQueries[name]?.()
  const after = await rowsRead(db)
  expect(after.scanned - before.scanned, 'rows read by sequential scans').toBeLessThan(60)
  expect(after.fetched - before.fetched, 'rows fetched through indexes').toBeLessThan(120)
})
