import { setTimeout as pause } from 'node:timers/promises'
import type { Flight, Leader } from '@/lib/answer-cache/flight'
import type { Needs } from '@/lib/context'
import type { ChatChunk } from '@/lib/contract/ui-message'
import type { ModelEvent } from '@/lib/model/call-model'
import { leaseMs } from '@/lib/redis/lease'
import { followEvents } from '@/lib/stream/follow-events'
import { turnLog } from '@/lib/turn/turn-lease'

/**
 * What an answer is made of. `restart`: what came so far is not the answer, another follows. `followed`: somebody else's
 * answer to the same question has ended well, and is in the cache.
 */
export type AnswerEvent = ModelEvent | { type: 'restart' } | { type: 'followed' }

/** Silence after which a look at the lease tells whether the leader lives. */
const idleAfterMs = 1_000
/** The leader has the lease before its log begins. */
const appearWithinMs = 2_000
/** How often a follower whose leader's log is gone checks for a new leader. */
const joinEveryMs = 200

type Needed = Needs<'redis' | 'subscriber' | 'keys'>

/**
 * The answer of whoever leads the flight, as it comes: its text and nothing else of it. Where that does not come to a good
 * end (stopped, failed, not to be cached, its process dead) what was shown is taken back, one of those who followed leads,
 * and the others follow that one; whoever leads, or cannot know who does, has the model asked.
 */
export async function* followFlight(
  context: Needed,
  flight: Flight,
  signal: AbortSignal,
  askModel: () => AsyncIterable<ModelEvent>,
): AsyncGenerator<AnswerEvent> {
  let left: Leader | null = null
  let lost: { leader: Leader; since: number } | null = null
  for (let role = await flight.join(); role === 'follows'; role = await flight.join()) {
    const { leader } = flight
    if (!leader || leader.answerId === left?.answerId) break
    if (lost?.leader.answerId === leader.answerId) {
      // The leader's turn was ended elsewhere and it releases the lead soon, or it continues without a log.
      if (performance.now() - lost.since > leaseMs) break
      await pause(joinEveryMs)
      if (signal.aborted) return yield { type: 'aborted' }
      continue
    }
    const end = yield* followLeader(context, flight, leader, signal)
    if (signal.aborted) return yield { type: 'aborted' }
    if (end.isWhole) return yield { type: 'followed' }
    if (end.hasText) yield { type: 'restart' }
    // It could not tell everybody that it leads no more.
    left = end.calledTools ? leader : null
    lost = end.isLost ? { leader, since: performance.now() } : null
  }
  yield* askModel()
}

/** How following a leader ended. `isLost`: the leader's log cannot be read. */
type FollowedEnd = { isWhole: boolean; hasText: boolean; calledTools: boolean; isLost: boolean }

async function* followLeader(
  context: Needed,
  flight: Flight,
  leader: Leader,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, FollowedEnd> {
  const log = turnLog({ keys: context.keys, userId: leader.userId }, leader)
  let isWhole = false
  let hasText = false
  let isLost = false
  for await (const event of followEvents(context, log, { signal, idleAfterMs, appearWithinMs })) {
    if (event.type === 'end') return { isWhole, hasText, calledTools: false, isLost }
    if (event.type === 'gone') isLost = true
    if (event.type === 'gone') break
    if (event.type === 'idle' && !(await isStillLed(flight, leader))) break
    for (const text of event.type === 'events' ? event.events : []) {
      const chunk = JSON.parse(text) as ChatChunk
      if (chunk.type === 'finish') isWhole = chunk.messageMetadata?.cacheStored === true
      if (chunk.type === 'data-restart') yield { type: 'restart' }
      // From here on it is about what that user has.
      if (chunk.type.startsWith('tool-')) return { isWhole: false, hasText, calledTools: true, isLost }
      if (chunk.type !== 'text-start' && chunk.type !== 'text-delta' && chunk.type !== 'text-end') continue
      hasText = true
      // Its id counts the parts of one call and says nothing of it; what the provider said of the part stays there.
      const { type, id } = chunk
      yield { type: 'chunk', chunk: type === 'text-delta' ? { type, id, delta: chunk.delta } : { type, id } }
    }
  }
  return { isWhole: false, hasText, calledTools: false, isLost }
}

async function isStillLed(flight: Flight, leader: Leader): Promise<boolean> {
  return (await flight.join()) === 'follows' && flight.leader?.answerId === leader.answerId
}
