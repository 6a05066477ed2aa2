/**
 * A running turn as another reader sees it: after a reload, in a second tab, on another device, or because the same send
 * came twice. Any instance can do this: it reads the log in Redis, a moment behind the process that writes it, and where
 * that ends without an end, goes on with what Postgres has. Nothing depends on the process that runs the turn but the pace.
 */
import type { Needs } from '@/lib/context'
import { describeError } from '@/lib/log'
import { requireStream } from '@/lib/rate-limit/require-allowance'
import { endWhenSignedOut } from './end-when-signed-out'
import type { Followed } from './find-running-turn'
import { relayLog } from './relay-log'
import { tellStored } from './tell-stored'
import { openTurnStream, type TurnStream, turnStreamHeaders } from './turn-stream'

export type Follower = Needs<
  'db' | 'redis' | 'subscriber' | 'keys' | 'userId' | 'limits' | 'isSignedIn' | 'hold' | 'log'
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
  endWhenSignedOut(context, stream)
  context.hold(
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
  const relayed = turn.isRunning ? await relayLog(context, turn, stream, after) : { hasEnded: false, events: [] }
  if (relayed.hasEnded) return stream.close()
  // Of what it had before we know nothing: it comes again, and then begins anew.
  if (after !== null && relayed.events.length > 0) return stream.abandon()
  await tellStored(context, turn, stream, relayed.events)
}
