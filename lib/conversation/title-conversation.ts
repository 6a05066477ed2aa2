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

const longestTitle = 60
/** Only this many UTF-16 units of the model's output are read. */
const maxLookedAt = 2000

/**
 * Returns a model's output as a one-line plain-text title, or null if nothing is left. Takes time linear in the part of
 * the text that it reads.
 */
export function cleanTitle(text: string): string | null {
  const lines = text.slice(0, maxLookedAt).split(/[\p{Zl}\p{Zp}\n\r]/u)
  const line = firstNonEmpty(lines)
  if (line === null) return null
  const letters = [...new Intl.Segmenter().segment(line.slice(0, 1000))].map(({ segment }) => segment)
  return letters.length > longestTitle
    ? `${letters
        .slice(0, longestTitle - 1)
        .join('')
        .trimEnd()}…`
    : line
}

function firstNonEmpty(lines: readonly string[]): string | null {
  for (const line of lines) {
    const cleaned = cleanLine(line)
    if (cleaned !== '') return cleaned
  }
  return null
}

function cleanLine(line: string): string {
  const plain = line
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/[*`]+|__|^\s*#+\s/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return withoutQuotes(plain).replace(/\.$/, '').trim()
}

const openingQuotes = '"\'“”„«»‘’「『'
const closingQuotes = '"\'“”„«»‘’」』'

/** Removes quotation marks around a line if it begins and ends with one. */
function withoutQuotes(line: string): string {
  let start = 0
  while (openingQuotes.includes(line.charAt(start)) && start < line.length) start += 1
  let end = line.length
  while (closingQuotes.includes(line.charAt(end - 1)) && end > 0) end -= 1
  if (start === 0 || end === line.length || line.length < 2) return line
  return line.slice(start, Math.max(start, end))
}
