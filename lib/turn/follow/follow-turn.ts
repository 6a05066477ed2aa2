/**
 * A running turn as another reader sees it: after a reload, in a second tab, on another device, or because the same send
 * came twice. Any instance can do this: it reads the log in Redis, a moment behind the process that writes it, and where
 * that ends without an end, goes on with what Postgres has. Nothing depends on the process that runs the turn but the pace.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { ChatChunk } from '@/lib/contract/ui-message'
import type { ConversationId, TurnId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { requireStream } from '@/lib/rate-limit/require-rate-limit'
import { followEvents } from '@/lib/stream/follow-events'
import { resumeParts } from '@/lib/turn/resume-parts'
import { recoverConversation, type TurnRun, turnLog } from '@/lib/turn/turn-lease'
import { endingChunks, endOnSignOut, openTurnStream, type TurnStream, turnStreamHeaders } from '@/lib/turn/turn-stream'

export type Follower = Needs<
  'db' | 'redis' | 'subscriber' | 'keys' | 'userId' | 'limits' | 'isSignedIn' | 'waitUntil' | 'log'
>

/**
 * Streams a turn from its start to its end, whichever process runs or ran it. With the id of the reader's last event
 * (`Last-Event-ID`) it resumes after that event; if that is no longer possible, it starts over. The reader may leave at any
 * time. Throws `rate_limited` if the user has the maximum number of streams open.
 */
export async function followTurn(
  context: Follower,
  turn: Followed,
  { after = null, headers = {} }: { after?: string | null; headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const { closeStream } = await requireStream(context, [], context.userId)
  const stream = openTurnStream()
  endOnSignOut(context, stream)
  context.waitUntil(
    follow(context, turn, stream, after)
      .catch((error) => {
        context.log.warn('following broke off', { turnId: turn.turnId, error: describeError(error) })
        // Without an end event the reader knows that the answer goes on, and reconnects.
        stream.abandon()
      })
      .finally(closeStream),
  )
  return new Response(stream.response, { headers: { ...turnStreamHeaders, ...headers } })
}

async function follow(context: Follower, turn: Followed, stream: TurnStream, after: string | null): Promise<void> {
  const relayed = turn.isRunning ? await streamFromLog(context, turn, stream, after) : { hasEnded: false, events: [] }
  if (relayed.hasEnded) return stream.close()
  // Of what it had before we know nothing: it comes again, and then begins anew.
  if (after !== null && relayed.events.length > 0) return stream.abandon()
  await replayFromDatabase(context, turn, stream, relayed.events)
}

/** A turn, whether or not it still runs. */
type Followed = TurnRun & { conversationId: ConversationId; turnId: TurnId; isRunning: boolean }

/** The turn that runs in a conversation; null when none does. One whose process died is ended here and not found. */
export async function findRunningTurn(
  context: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
): Promise<Followed | null> {
  const { db, userId } = context
  const [row] = await db
    .select({
      answerId: message.id,
      fence: message.fence,
      turnId: message.turnId,
      dead: sql<boolean>`coalesce(${message.leaseExpiresAt} < now(), false)`,
    })
    .from(message)
    .where(and(eq(message.userId, userId), eq(message.conversationId, conversationId), eq(message.status, 'streaming')))
  if (!row) return null
  if (row.dead && (await recoverConversation(context, conversationId))) return null
  return { ...row, conversationId, isRunning: true }
}

/** A model may think for longer; then this asks Postgres once in so long whether the turn still runs. */
const idleAfterMs = 2_000
/** The log begins in the tick in which the turn is answered. */
const appearWithinMs = 500

/**
 * Hands the log of a run to a reader for as long as it can be read: whether that was to its end, and what was handed
 * over. It is left where it is gone, and where it is silent and the turn no longer runs. A log is never waited for that
 * is not needed: what it lacks is in Postgres.
 */
async function streamFromLog(
  context: Needs<'db' | 'redis' | 'subscriber' | 'keys' | 'userId'>,
  turn: Followed,
  stream: TurnStream,
  after: string | null,
): Promise<{ hasEnded: boolean; events: readonly string[] }> {
  const handed: string[] = []
  const place = parsePlace(turn, after)
  const options = { after: place.entry, signal: stream.closed, idleAfterMs, appearWithinMs }
  for await (const event of followEvents(context, turnLog(context, turn), options)) {
    switch (event.type) {
      case 'events': {
        const ids = event.events.map((_, index) => formatPlace(turn, { entry: place.entry, events: index + 1 }))
        const events = event.events.slice(place.events)
        stream.send(events, ids.slice(place.events))
        handed.push(...events)
        Object.assign(place, { entry: event.id, events: 0 } satisfies Place)
        break
      }
      case 'idle':
        if (!(await isAlive(context, turn))) return { hasEnded: false, events: handed }
        break
      case 'end':
        return { hasEnded: true, events: handed }
      case 'gone':
        return { hasEnded: false, events: handed }
    }
  }
  return { hasEnded: true, events: handed }
}

/** After so many events of the entry that follows `entry`; null: of the first. A connection may break within an entry. */
type Place = { entry: string | null; events: number }

/** It names the turn as well: a reader may come back when another one runs in the conversation. */
const formatPlace = (turn: Followed, { entry, events }: Place) => `${turn.answerId.slice(-12)}.${entry ?? ''}.${events}`

function parsePlace(turn: Followed, after: string | null): Place {
  const [, entry = '', events = ''] = (after ?? '').split('.')
  const place = { entry: entry === '' ? null : entry, events: Number(events) }
  return formatPlace(turn, place) === after ? place : { entry: null, events: 0 }
}

async function isAlive({ db, userId }: Needs<'db' | 'userId'>, { answerId, fence }: Followed): Promise<boolean> {
  const rows = await db
    .select({ id: message.id })
    .from(message)
    .where(
      and(
        eq(message.userId, userId),
        eq(message.id, answerId),
        eq(message.fence, fence),
        eq(message.status, 'streaming'),
        sql`${message.leaseExpiresAt} > now()`,
      ),
    )
  return rows.length > 0
}

/** The process that runs the turn saves it twice as slowly. */
const lookEveryMs = 250

/**
 * Tells a reader what Postgres has of a turn, as it is saved, to its end: all of a turn that is over, or the rest of one
 * after the chunks that the reader has been handed (as JSON). A turn whose process died is ended on the way.
 */
async function replayFromDatabase(
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
