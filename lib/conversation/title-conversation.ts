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

type TitleNeeds = Needs<'db' | 'userId' | 'model' | 'log' | 'now'>

/** No request waits for a title, but a slow one is not worth its tokens. */
const timeouts: Readonly<ModelTimeouts> = Object.freeze({ firstChunkMs: 8_000, chunkMs: 4_000, totalMs: 12_000 })
const maxTitleCharacters = 400

/**
 * Generates a title from the first question and answer with a model. It runs at most once per conversation, and never
 * replaces a title that the user has given. If it fails, the title stays unchanged. Never rejects.
 */
export async function titleConversation(
  context: TitleNeeds,
  exchange: { conversationId: ConversationId; turnId: TurnId; modelId: string; question: string; answer: string },
): Promise<void> {
  const { conversationId, turnId, modelId } = exchange
  try {
    if (!(await claimTitle(context, conversationId))) return
    const startedAt = context.now()
    const { text, ending } = await withDeletionSignal(context, conversationId, (signal) =>
      generateTitle(context, exchange, signal),
    )
    const title = ending?.type === 'end' ? cleanTitle(text) : null
    if (ending?.type === 'end' && ending.usage) {
      const { inputTokens, cachedInputTokens, outputTokens } = ending.usage
      const cost = { inputTokens, cachedInputTokens, outputTokens, costUsd: ending.costUsd ?? 0 }
      const usageKey = { userId: context.userId, turnId, purpose: 'title' as const, model: modelId }
      const durationMs = context.now() - startedAt
      const outcome = title === null ? ('failed' as const) : ('complete' as const)
      await context.db
        .insert(usage)
        .values({ ...usageKey, ...cost, outcome, durationMs })
        .onConflictDoNothing()
    }
    // The title must be stored last, so that its usage is already recorded when it becomes visible.
    if (title !== null) await storeTitle(context, conversationId, title)
  } catch (error) {
    context.log.info('title not generated', { turnId, error: describeError(error) })
  }
}

async function generateTitle(
  { model }: TitleNeeds,
  { modelId, question, answer }: { modelId: string; question: string; answer: string },
  deleted: AbortSignal,
): Promise<{ text: string; ending: ModelEnding | null }> {
  const tooLong = new AbortController()
  let text = ''
  for await (const event of callModel(model, {
    modelId,
    ...titlePrompt(question, answer),
    signal: AbortSignal.any([tooLong.signal, deleted]),
    timeouts,
  })) {
    if (event.type === 'restart') {
      text = ''
      continue
    }
    if (event.type !== 'chunk') return { text, ending: event }
    if (event.chunk.type === 'text-delta') text += event.chunk.delta
    if (text.length > maxTitleCharacters) tooLong.abort()
  }
  return { text, ending: null }
}

/** Long enough that most titles are finished before the first check. */
const checkEveryMs = 600

/** Runs a function with a signal that aborts soon after the conversation is deleted. */
async function withDeletionSignal<Result>(
  context: TitleNeeds,
  id: ConversationId,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deleted = new AbortController()
  const check = async () => {
    try {
      const rows = await context.db.select({ id: conversation.id }).from(conversation).where(isOwn(context, id))
      if (rows.length === 0) deleted.abort()
    } catch (error) {
      context.log.info('conversation check failed', { error: describeError(error) })
    }
  }
  const timer = setInterval(check, checkEveryMs)
  try {
    return await work(deleted.signal)
  } finally {
    clearInterval(timer)
  }
}

/** Returns true for the first caller only, so that at most one title is generated. */
async function claimTitle(context: TitleNeeds, id: ConversationId): Promise<boolean> {
  const rows = await context.db
    .update(conversation)
    .set({ titledBy: 'pending' })
    .where(and(isOwn(context, id), eq(conversation.titledBy, 'question'), sql`not temporary`))
    .returning({ id: conversation.id })
  return rows.length === 1
}

async function storeTitle(context: TitleNeeds, id: ConversationId, title: string): Promise<void> {
  await context.db
    .update(conversation)
    .set({ title, titledBy: 'model', searchWords: wordVector(context.userId, title) })
    .where(and(isOwn(context, id), eq(conversation.titledBy, 'pending')))
}

const isOwn = ({ userId }: Needs<'userId'>, id: ConversationId) =>
  and(eq(conversation.userId, userId), eq(conversation.id, id), isNull(conversation.deletedAt))

const maxTitleLetters = 60
/** Limit for the UTF-16 units of the model's output that are read. */
const maxReadUnits = 2000

/**
 * Returns a model's output as a one-line plain-text title, or null if nothing is left. Takes time linear in the part
 * of the text that it reads.
 */
export function cleanTitle(text: string): string | null {
  const lines = text.slice(0, maxReadUnits).split(/[\p{Zl}\p{Zp}\n\r]/u)
  const line = firstNonEmpty(lines)
  if (line === null) return null
  const letters = [...new Intl.Segmenter().segment(line.slice(0, 1000))].map(({ segment }) => segment)
  return letters.length > maxTitleLetters
    ? `${letters
        .slice(0, maxTitleLetters - 1)
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
