/**
 * Streams a running turn to another client: after a reload, in a second tab, on another device, or for a duplicate
 * send. Any instance can do this, because it reads the event log in Redis, slightly behind the process that writes
 * it. If the log stops before the turn has ended, the rest comes from Postgres. The process that runs the turn only
 * affects the latency.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { and, eq, sql } from 'drizzle-orm'
import { message } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import { diffMessage } from '@/lib/contract/message-diff'
import type { ChatChunk } from '@/lib/contract/ui-message'
import type { ConversationId, TurnId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { requireStream } from '@/lib/rate-limit/require-rate-limit'
import { followEvents } from '@/lib/stream/follow-events'
import { recoverConversation, type TurnRun, turnLog } from '@/lib/turn/turn-lease'
import { endingChunks, endOnSignOut, openTurnStream, type TurnStream, turnStreamHeaders } from '@/lib/turn/turn-stream'

export type Follower = Needs<
  'db' | 'redis' | 'subscriber' | 'keys' | 'userId' | 'limits' | 'isSignedIn' | 'waitUntil' | 'log'
>

/**
 * Streams a turn from its start to its end, on whichever instance it runs or ran. With the id of the client's last
 * event (`Last-Event-ID`) the stream resumes after that event. If that is no longer possible, it starts over. The
 * client may disconnect at any time. Throws `rate_limited` if the user has the maximum number of streams open.
 */
export async function followTurn(
  context: Follower,
  turn: FollowedTurn,
  { after = null, headers = {} }: { after?: string | null; headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const { closeStream } = await requireStream(context, [], context.userId)
  const stream = openTurnStream()
  endOnSignOut(context, stream)
  context.waitUntil(
    follow(context, turn, stream, after)
      .catch((error) => {
        context.log.warn('turn follower failed', { turnId: turn.turnId, error: describeError(error) })
        // Without an end event the client knows that the answer continues, and will reconnect.
        stream.abandon()
      })
      .finally(closeStream),
  )
  return new Response(stream.response, { headers: { ...turnStreamHeaders, ...headers } })
}

async function follow(context: Follower, turn: FollowedTurn, stream: TurnStream, after: string | null): Promise<void> {
  const streamed = turn.isRunning ? await streamFromLog(context, turn, stream, after) : { hasEnded: false, events: [] }
  if (streamed.hasEnded) return stream.close()
  // The chunks before `Last-Event-ID` are unknown here. The client will reconnect and receive the whole answer.
  if (after !== null && streamed.events.length > 0) return stream.abandon()
  await replayFromDatabase(context, turn, stream, streamed.events)
}

type FollowedTurn = TurnRun & { conversationId: ConversationId; turnId: TurnId; isRunning: boolean }

/**
 * Returns the running turn of a conversation, or null. A turn whose process has died is ended here and not returned.
 */
export async function findRunningTurn(
  context: Needs<'db' | 'userId'>,
  conversationId: ConversationId,
): Promise<FollowedTurn | null> {
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

/** Silence after which Postgres is asked whether the turn is still alive. A model may think for longer than this. */
const idleAfterMs = 2_000
/** Time in which the log must appear. The process that answers a turn writes the first event immediately. */
const appearWithinMs = 500

/**
 * Copies the event log of a run to the client while the log can be read. Returns whether the log ended and which
 * events were sent. Gives up if the log has been evicted, or if it is silent and the turn is no longer alive. The
 * caller reads the missing rest from Postgres, so waiting for the log is never required.
 */
async function streamFromLog(
  context: Needs<'db' | 'redis' | 'subscriber' | 'keys' | 'userId'>,
  turn: FollowedTurn,
  stream: TurnStream,
  after: string | null,
): Promise<{ hasEnded: boolean; events: readonly string[] }> {
  const sent: string[] = []
  const position = parseEventId(turn, after)
  const options = { after: position.entry, signal: stream.closed, idleAfterMs, appearWithinMs }
  for await (const event of followEvents(context, turnLog(context, turn), options)) {
    switch (event.type) {
      case 'events': {
        const ids = event.events.map((_, index) => formatEventId(turn, { entry: position.entry, events: index + 1 }))
        const events = event.events.slice(position.events)
        stream.send(events, ids.slice(position.events))
        sent.push(...events)
        Object.assign(position, { entry: event.id, events: 0 } satisfies StreamPosition)
        break
      }
      case 'idle':
        if (!(await isAlive(context, turn))) return { hasEnded: false, events: sent }
        break
      case 'end':
        return { hasEnded: true, events: sent }
      case 'gone':
        return { hasEnded: false, events: sent }
    }
  }
  return { hasEnded: true, events: sent }
}

/**
 * The position after the first `events` events of the log entry that follows `entry`; null is the start of the log.
 * It counts events because a connection may break in the middle of an entry.
 */
type StreamPosition = { entry: string | null; events: number }

/** Includes the turn, because a client may reconnect while a different turn runs in the conversation. */
const formatEventId = (turn: FollowedTurn, { entry, events }: StreamPosition) =>
  `${turn.answerId.slice(-12)}.${entry ?? ''}.${events}`

function parseEventId(turn: FollowedTurn, after: string | null): StreamPosition {
  const [, entry = '', events = ''] = (after ?? '').split('.')
  const position = { entry: entry === '' ? null : entry, events: Number(events) }
  return formatEventId(turn, position) === after ? position : { entry: null, events: 0 }
}

async function isAlive({ db, userId }: Needs<'db' | 'userId'>, { answerId, fence }: FollowedTurn): Promise<boolean> {
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

/** Checkpoints are saved every 300 ms, so reading at a similar interval adds little latency. */
const pollEveryMs = 250

/**
 * Streams the stored state of a turn until the turn ends, after the events (JSON) that the client has already
 * received. A running turn is read again at an interval, as it is saved. A turn whose process has died is ended on
 * the way.
 */
async function replayFromDatabase(
  context: Needs<'db' | 'userId'>,
  turn: FollowedTurn,
  stream: TurnStream,
  sent: readonly string[],
): Promise<void> {
  const chunks = sent.map((event) => JSON.parse(event) as ChatChunk)
  const partsSince = diffMessage(chunks)
  let hasCacheNotice = chunks.some(({ type }) => type === 'data-cache')
  const write = (next: readonly ChatChunk[]) => stream.send(next.map((chunk) => JSON.stringify(chunk)))
  if (chunks.length === 0) write([{ type: 'start', messageId: turn.answerId }])
  while (!stream.closed.aborted) {
    const row = await readTurn(context, turn)
    if (!row) return stream.abandon()
    const { status, parts, model, usage, costUsd, ttftMs, cache, errorCode, dead } = row
    if (cache && !hasCacheNotice) write([{ type: 'data-cache', data: cache }])
    hasCacheNotice ||= cache !== null
    write(partsSince(parts, status !== 'streaming'))
    if (status !== 'streaming') {
      const metadata = { turnId: turn.turnId, model: model ?? '', usage, costUsd, ttftMs, cacheStored: false }
      write(endingChunks({ status, errorCode, metadata }))
      return stream.close()
    }
    if (dead) await recoverConversation(context, turn.conversationId)
    else await pause(pollEveryMs)
  }
}

async function readTurn({ db, userId }: Needs<'db' | 'userId'>, { answerId }: FollowedTurn) {
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
