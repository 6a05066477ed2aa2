import { setTimeout as pause } from 'node:timers/promises'
import type { Flight, Leader } from '@/lib/answer-cache/flight'
import type { Needs } from '@/lib/context'
import type { ChatChunk } from '@/lib/contract/ui-message'
import type { ModelEvent } from '@/lib/model/call-model'
import { leaseMs } from '@/lib/redis/lease'
import { followEvents } from '@/lib/stream/follow-events'
import { turnLog } from '@/lib/turn/turn-lease'

/**
 * An event of an answer. `restart`: the text sent so far is discarded and another answer follows. `followed`: the
 * leader's answer to the same question ended successfully and is in the cache.
 */
export type AnswerEvent = ModelEvent | { type: 'restart' } | { type: 'followed' }

/** After this silence the follower checks the lease to find out whether the leader is alive. */
const idleAfterMs = 1_000
/** Time in which the leader's log must appear, because a leader takes the lease before it writes its first event. */
const appearWithinMs = 2_000
/** Interval at which a follower looks for a new leader after the log of the previous one has disappeared. */
const joinEveryMs = 200

type FlightNeeds = Needs<'redis' | 'subscriber' | 'keys'>

/**
 * Streams the text of the flight's leader as it is written. If the leader's answer is stopped, fails, must not be
 * cached, or its process dies, the text is discarded and one of the followers becomes the leader, which the others
 * then follow. The model is called if this turn becomes the leader, or if the leader cannot be determined.
 */
export async function* followFlight(
  context: FlightNeeds,
  flight: Flight,
  signal: AbortSignal,
  callModel: () => AsyncIterable<ModelEvent>,
): AsyncGenerator<AnswerEvent> {
  let formerLeader: Leader | null = null
  let lostLeader: { leader: Leader; since: number } | null = null
  for (let role = await flight.join(); role === 'follows'; role = await flight.join()) {
    const { leader } = flight
    if (!leader || leader.answerId === formerLeader?.answerId) break
    if (lostLeader?.leader.answerId === leader.answerId) {
      // Either the leader's turn was ended elsewhere, and the lead will be released soon, or the leader continues
      // without a log.
      if (performance.now() - lostLeader.since > leaseMs) break
      await pause(joinEveryMs)
      if (signal.aborted) return yield { type: 'aborted' }
      continue
    }
    const outcome = yield* followLeader(context, flight, leader, signal)
    if (signal.aborted) return yield { type: 'aborted' }
    if (outcome.isWhole) return yield { type: 'followed' }
    if (outcome.hasText) yield { type: 'restart' }
    // A leader that calls tools should have released the lead. If that failed, following it again would loop.
    formerLeader = outcome.calledTools ? leader : null
    lostLeader = outcome.isLost ? { leader, since: performance.now() } : null
  }
  yield* callModel()
}

/** How following a leader ended. `isLost`: the log of the leader cannot be read. */
type FollowOutcome = { isWhole: boolean; hasText: boolean; calledTools: boolean; isLost: boolean }

async function* followLeader(
  context: FlightNeeds,
  flight: Flight,
  leader: Leader,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, FollowOutcome> {
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
      // From here on the answer may contain private data of the leader's user.
      if (chunk.type.startsWith('tool-')) return { isWhole: false, hasText, calledTools: true, isLost }
      if (chunk.type !== 'text-start' && chunk.type !== 'text-delta' && chunk.type !== 'text-end') continue
      hasText = true
      // Copies the id, which only counts the parts of one call, but no provider metadata.
      const { type, id } = chunk
      yield { type: 'chunk', chunk: type === 'text-delta' ? { type, id, delta: chunk.delta } : { type, id } }
    }
  }
  return { isWhole: false, hasText, calledTools: false, isLost }
}

async function isStillLed(flight: Flight, leader: Leader): Promise<boolean> {
  return (await flight.join()) === 'follows' && flight.leader?.answerId === leader.answerId
}
