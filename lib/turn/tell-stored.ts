import { setTimeout as pause } from 'node:timers/promises'
import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { ChatChunk } from '@/lib/contract/ui-message'
import { endingChunks } from './ending-chunks'
import type { Followed } from './find-running-turn'
import { recoverConversation } from './recover-turn'
import { resumeParts } from './resume-parts'
import type { TurnStream } from './turn-stream'

/** The process that runs the turn saves it twice as slowly. */
const lookEveryMs = 250

/**
 * Tells a reader what Postgres has of a turn, as it is saved, to its end: all of a turn that is over, or the rest of one
 * after the chunks that the reader has been handed (as JSON). A turn whose process died is ended on the way.
 */
export async function tellStored(
  context: Needs<'db' | 'userId'>,
  turn: Followed,
  stream: TurnStream,
  handed: readonly string[],
): Promise<void> {
  const chunks = handed.map((event) => JSON.parse(event) as ChatChunk)
  const partsSince = resumeParts(chunks)
  let isNoticed = chunks.some(({ type }) => type === 'data-cache')
  const write = (next: readonly ChatChunk[]) => stream.send(next.map((chunk) => JSON.stringify(chunk)))
  if (chunks.length === 0) write([{ type: 'start', messageId: turn.answerId }])
  while (!stream.closed.aborted) {
    const row = await readTurn(context, turn)
    if (!row) return stream.abandon()
    const { status, parts, model, usage, costUsd, ttftMs, cache, errorCode, dead } = row
    if (cache && !isNoticed) write([{ type: 'data-cache', data: cache }])
    isNoticed ||= cache !== null
    write(partsSince(parts, status !== 'streaming'))
    if (status !== 'streaming') {
      const metadata = { turnId: turn.turnId, model: model ?? '', usage, costUsd, ttftMs, cacheStored: false }
      write(endingChunks({ status, errorCode, metadata }))
      return stream.close()
    }
    if (dead) await recoverConversation(context, turn.conversationId)
    else await pause(lookEveryMs)
  }
}

async function readTurn({ db, userId }: Needs<'db' | 'userId'>, { answerId }: Followed) {
  const [row] = await db
    .select({
      status: message.status,
      parts: message.parts,
      model: message.model,
      usage: message.usage,
      costUsd: message.costUsd,
      ttftMs: message.ttftMs,
      cache: message.cache,
      errorCode: message.errorCode,
      dead: sql<boolean>`coalesce(${message.leaseExpiresAt} < now(), false)`,
    })
    .from(message)
    .where(and(eq(message.userId, userId), eq(message.id, answerId)))
  return row ?? null
}
