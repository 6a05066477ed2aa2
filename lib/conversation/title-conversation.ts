import { and, eq, isNull, sql } from 'drizzle-orm'
import { conversation } from '@/db/schema/conversation'
import { usage } from '@/db/schema/usage'
import type { Needs } from '@/lib/context'
import type { ConversationId, TurnId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import type { ModelTimeouts } from '@/lib/model/call-deadline'
import { callModel } from '@/lib/model/call-model'
import type { ModelEnding } from '@/lib/model/model-ending'
import { titlePrompt } from '@/lib/model/title-prompt'
import { cleanTitle } from './clean-title'
import { wordVector } from './search-words'

type Needed = Needs<'db' | 'userId' | 'model' | 'log' | 'now'>

/** Nobody waits for a title, and one that takes long is not worth its tokens. */
const timeouts: Readonly<ModelTimeouts> = Object.freeze({ firstChunkMs: 8_000, chunkMs: 4_000, totalMs: 12_000 })
const mostCharacters = 400

/**
 * Has a model make the title of a conversation from its first question and answer: once, and not if the user has given
 * it one, before or meanwhile. What fails leaves the title as it is; never rejects.
 */
export async function titleConversation(
  context: Needed,
  exchange: { conversationId: ConversationId; turnId: TurnId; modelId: string; question: string; answer: string },
): Promise<void> {
  const { conversationId, turnId, modelId } = exchange
  try {
    if (!(await claimTitle(context, conversationId))) return
    const startedAt = context.now()
    const { text, ending } = await whileThere(context, conversationId, (signal) =>
      askForTitle(context, exchange, signal),
    )
    const title = ending?.type === 'end' ? cleanTitle(text) : null
    if (ending?.type === 'end' && ending.usage) {
      const { inputTokens, cachedInputTokens, outputTokens } = ending.usage
      const cost = { inputTokens, cachedInputTokens, outputTokens, costUsd: ending.costUsd ?? 0 }
      const about = { userId: context.userId, turnId, purpose: 'title' as const, model: modelId }
      const durationMs = context.now() - startedAt
      const outcome = title === null ? ('failed' as const) : ('complete' as const)
      await context.db
        .insert(usage)
        .values({ ...about, ...cost, outcome, durationMs })
        .onConflictDoNothing()
    }
    // Last: who sees the title sees it counted.
    if (title !== null) await keepTitle(context, conversationId, title)
  } catch (error) {
    context.log.info('no title', { turnId, error: describeError(error) })
  }
}

async function askForTitle(
  { model }: Needed,
  { modelId, question, answer }: { modelId: string; question: string; answer: string },
  gone: AbortSignal,
): Promise<{ text: string; ending: ModelEnding | null }> {
  const enough = new AbortController()
  let text = ''
  for await (const event of callModel(model, {
    modelId,
    ...titlePrompt(question, answer),
    signal: AbortSignal.any([enough.signal, gone]),
    timeouts,
  })) {
    if (event.type === 'restart') {
      text = ''
      continue
    }
    if (event.type !== 'chunk') return { text, ending: event }
    if (event.chunk.type === 'text-delta') text += event.chunk.delta
    if (text.length > mostCharacters) enough.abort()
  }
  return { text, ending: null }
}

/** Most titles are finished before the first check. */
const lookEveryMs = 600

/** Runs a function with a signal that aborts soon after the conversation is deleted. */
async function whileThere<Result>(
  context: Needed,
  id: ConversationId,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const gone = new AbortController()
  const look = async () => {
    try {
      const rows = await context.db.select({ id: conversation.id }).from(conversation).where(mine(context, id))
      if (rows.length === 0) gone.abort()
    } catch (error) {
      context.log.info('conversation not looked at', { error: describeError(error) })
    }
  }
  const timer = setInterval(look, lookEveryMs)
  try {
    return await work(gone.signal)
  } finally {
    clearInterval(timer)
  }
}

/** True for the first who asks; from then on nobody else does. */
async function claimTitle(context: Needed, id: ConversationId): Promise<boolean> {
  const rows = await context.db
    .update(conversation)
    .set({ titledBy: 'pending' })
    .where(and(mine(context, id), eq(conversation.titledBy, 'question'), sql`not temporary`))
    .returning({ id: conversation.id })
  return rows.length === 1
}

async function keepTitle(context: Needed, id: ConversationId, title: string): Promise<void> {
  await context.db
    .update(conversation)
    .set({ title, titledBy: 'model', searchWords: wordVector(context.userId, title) })
    .where(and(mine(context, id), eq(conversation.titledBy, 'pending')))
}

const mine = ({ userId }: Needs<'userId'>, id: ConversationId) =>
  and(eq(conversation.userId, userId), eq(conversation.id, id), isNull(conversation.deletedAt))
