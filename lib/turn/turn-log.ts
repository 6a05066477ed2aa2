import type { Needs } from '@/lib/context'
import { keyedHash } from '@/lib/crypto/key-ring'
import type { MessageId } from '@/lib/ids'
import type { LogAddress } from '@/lib/stream/event-log'

/** One run of a turn: the row of its answer, and the fencing number that it runs under. */
export type TurnRun = { answerId: MessageId; fence: number }

/** Where the events of a run lie in Redis, for the process that writes them and for all that follow. */
export function turnLog({ keys, userId }: Needs<'keys' | 'userId'>, { answerId, fence }: TurnRun): LogAddress {
  return { userId, scope: keyedHash(keys, 'turn-log', userId, answerId), fence }
}
