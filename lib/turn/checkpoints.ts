import type { Flight } from '@/lib/answer-cache/flight'
import type { RequestContext } from '@/lib/context'
import type { ChatPart } from '@/lib/contract/ui-message'
import type { TurnId } from '@/lib/ids'
import { describeError } from '@/lib/log'
import { processStage } from '@/lib/process-handle'
import { onSignal } from '@/lib/stream/signal'
import { checkpointEveryMs, saveCheckpoint } from './running-turn'
import { type TurnRun, turnLog } from './turn-log'

/** Why a turn was stopped that nobody asked to stop. */
export const processEnds = 'process ends'

/**
 * Saves the growing answer on a timer, one save at a time, and stops the turn when a save says so. A signal makes the
 * next save come now; it is listened to from the first save on, so that an answer that is over by then costs nothing.
 * A process that ends stops its turns too, while it can still say what there is of them.
 */
export function startCheckpoints(
  context: RequestContext,
  run: TurnRun & { turnId: TurnId; stop: AbortController; flight: Flight | null },
  parts: () => ChatPart[],
): { end: () => Promise<void> } {
  let saving: Promise<void> | null = null
  let isWanted = false
  let leave: (() => void) | null = null

  const save = async () => {
    do {
      isWanted = false
      try {
        if ((await saveCheckpoint(context, run, parts())) === 'stop') run.stop.abort()
      } catch (error) {
        // The answer still streams; what was not saved now is saved by the next checkpoint or the end.
        context.log.warn('checkpoint failed', { turnId: run.turnId, error: describeError(error) })
      }
    } while (isWanted && !run.stop.signal.aborted)
    saving = null
  }
  const saveNow = () => {
    isWanted = true
    saving ??= save()
  }
  const timer = setInterval(() => {
    if (processStage() === 'ending') return run.stop.abort(processEnds)
    leave ??= onSignal(context.subscriber, turnLog(context, run), saveNow)
    run.flight?.renew()
    saving ??= save()
  }, checkpointEveryMs)

  return {
    end: async () => {
      clearInterval(timer)
      leave?.()
      await saving
    },
  }
}
