/**
 * The chat in the test's own process, without HTTP: turns on a real database and the model stub, without Redis. It
 * is meant for the internals of a turn. Tests of several processes should use `startGoldfish`.
 */
import { v7 } from 'uuid'
import { afterAll, beforeEach } from 'vitest'
import type { Database } from '@/db/connect'
import type { RequestContext } from '@/lib/context'
import { openKeyRing } from '@/lib/crypto/key-ring'
import type { ConversationId, UserId } from '@/lib/ids'
import { createLog } from '@/lib/log'
import { connectModels } from '@/lib/model/connect'
import { answerApproval } from '@/lib/turn/answer-approval'
import { answerTurn } from '@/lib/turn/answer-turn'
import { turnRequest } from '@/lib/turn/turn-request'
import { prefetchTurnState } from '@/lib/turn/turn-state'
import { readAnswer, type Sent, userMessage } from '@/tests/integration/chat-client'
import { startModelStub } from '@/tests/model-stub/model-stub.mjs'
import type { Sql } from './open-sql'

export type Chatter = {
  context: RequestContext
  conversationId: ConversationId
  send: (text: string, more?: object) => Promise<Sent>
  /** Starts a turn without reading the answer. */
  begin: (text: string, more?: object) => Promise<Response>
  again: (trigger: 'regenerate-message' | 'continue-message', messageId: string | null) => Promise<Sent>
  decide: (toolCallId: string, approved: boolean, conversationId?: ConversationId) => Promise<Sent>
}

export async function testChat({ db, sql }: { db: Database; sql: Sql }) {
  const stub = await startModelStub()
  afterAll(() => stub.stop())
  beforeEach(() => stub.reset())
  const models = (model: string) => connectModels({ CHAT_MODEL: model, OPENAI_BASE_URL: `${stub.url}/v1` })

  /** Creates a user with an account and a new conversation. */
  async function chatter({ model = 'stub-model' } = {}): Promise<Chatter> {
    const userId = v7() as UserId
    const token = v7()
    const conversationId = v7() as ConversationId
    await sql(`insert into "user" (id, name, email) values ($1, 'Ada', $2)`, [userId, `${userId}@example.com`])
    await sql(`insert into session (id, token, user_id, expires_at) values ($1, $1, $2, now() + interval '1 day')`, [
      token,
      userId,
    ])
    const context: RequestContext = {
      requestId: 'test',
      userId,
      caller: { accountCreatedAt: new Date(), emailVerified: false, network: 'unknown' },
      scopes: null,
      db,
      redis: null,
      subscriber: null,
      model: models(model),
      embedder: null,
      keys: openKeyRing({ ANSWER_CACHE_KEYS: undefined, BETTER_AUTH_SECRET: 'a secret of 32 characters or more' }),
      settings: {
        systemPrompt: 'Be brief.',
        mcpServers: [],
        answerCacheDefault: 'private',
        sharing: { after: 5, accountAgeHours: 24, perNetwork: 1, verifiedOnly: false },
        embedTimeoutMs: 400,
        cacheMaxBytes: 1_000_000,
      },
      limits: 'off',
      now: Date.now,
      arrivedAt: Date.now(),
      signal: new AbortController().signal,
      isSignedIn: async () => true,
      waitUntil: () => undefined,
      log: createLog('silent'),
    }
    const answer = async (body: object) => {
      const request = turnRequest.parse({ conversationId, ...body })
      return answerTurn(context, request, await prefetchTurnState(context, { by: 'session', token }, request))
    }
    const begin: Chatter['begin'] = (text, more = {}) => answer({ message: userMessage(text), ...more })
    return {
      context,
      conversationId,
      begin,
      send: async (text, more) => readAnswer(await begin(text, more)),
      again: async (trigger, messageId) => readAnswer(await answer({ trigger, messageId, turnId: v7() })),
      decide: async (toolCallId, approved, where = conversationId) =>
        readAnswer(await answerApproval(context, { conversationId: where, toolCallId, approved })),
    }
  }
  return { stub, chatter }
}
