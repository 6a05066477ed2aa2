/**
 * A running turn as another reader sees it: after a reload, in a second tab, on another device, or because the same send
 * came twice. It is read from Postgres, where the process that runs it saves it every half second, so any instance can do
 * this and nothing depends on the one that runs the turn but the pace.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { ConversationId, MessageId, TurnId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { endStream } from './end-stream'
import { recoverConversation } from './recover-turn'
import { openTurnStream, type TurnStream, turnStreamHeaders } from './turn-stream'

const lookEveryMs = 250

type Followed = { conversationId: ConversationId; messageId: MessageId; turnId: TurnId }

/** The turn that runs in a conversation; null when none does. One whose process died is ended here and not found. */
export async function findRunningTurn(
  context: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
): Promise<Followed | null> {
  const { db, userId } = context
  const [row] = await db
    .select({
      messageId: message.id,
      turnId: message.turnId,
      dead: sql<boolean>`coalesce(${message.leaseExpiresAt} < now(), false)`,
    })
    .from(message)
    .where(and(eq(message.userId, userId), eq(message.conversationId, conversationId), eq(message.status, 'streaming')))
  if (!row) return null
  if (row.dead && (await recoverConversation(context, conversationId))) return null
  return { conversationId, messageId: row.messageId, turnId: row.turnId }
}

/** Streams a turn from its start to its end, whoever runs it, or has run it. The reader may leave at any time. */
export function followTurn(
  context: Needs<'db' | 'userId' | 'hold' | 'log'>,
  turn: Followed,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const stream = openTurnStream()
  context.hold(
    pump(context, turn, stream).catch((error) => {
      context.log.warn('following broke off', { turnId: turn.turnId, error: describeError(error) })
      // Without an end the reader knows that there is more, and comes again.
      stream.abandon()
    }),
  )
  return new Response(stream.response, { headers: { ...turnStreamHeaders, ...headers } })
}

async function pump(context: Needs<'db' | 'userId'>, turn: Followed, stream: TurnStream): Promise<void> {
  const { db, userId } = context
  const write = partsWriter(stream)
  stream.write({ type: 'start', messageId: turn.messageId })
  let isNoticed = false
  while (stream.isOpen()) {
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
      .where(and(eq(message.userId, userId), eq(message.id, turn.messageId)))
    if (!row) return stream.abandon()
    if (row.cache && !isNoticed) stream.write({ type: 'data-cache', data: row.cache })
    isNoticed ||= row.cache !== null
    write(row.parts, row.status !== 'streaming')
    if (row.status !== 'streaming') {
      const { usage, costUsd, ttftMs } = row
      const metadata = { turnId: turn.turnId, model: row.model ?? '', usage, costUsd, ttftMs, cacheStored: false }
      return endStream(stream, { status: row.status, errorCode: row.errorCode, metadata })
    }
    if (row.dead) await recoverConversation(context, turn.conversationId)
    else await pause(lookEveryMs)
  }
}

/** Writes what has been added to the parts since the last time. */
function partsWriter(stream: TurnStream): (parts: readonly ChatPart[], final: boolean) => void {
  const sent: string[] = []
  let ended = 0
  return (parts, final) => {
    const texts = parts.filter((part) => part.type === 'text' || part.type === 'reasoning')
    for (const [index, { type, text }] of texts.entries()) {
      const id = String(index)
      const before = sent[index]
      if (before === undefined) stream.write({ type: `${type}-start`, id })
      const delta = text.slice(before?.length ?? 0)
      if (delta !== '') stream.write({ type: `${type}-delta`, id, delta })
      sent[index] = text
      const isOver = final || index < texts.length - 1
      if (isOver && index >= ended) {
        stream.write({ type: `${type}-end`, id })
        ended = index + 1
      }
    }
  }
}
