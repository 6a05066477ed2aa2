import type { Subscriber } from '@/lib/redis/connect-subscriber'
import { type LogAddress, signalChannel } from './log-address'

/** What a reader may want of a writer. */
export type LogSignal = 'stop'

/**
 * Hears what is wanted of the writer of a log; call what it returns when the run is over. Whoever can write to Redis can
 * send a signal: it is a reason to look at what is stored elsewhere now and not later, and no proof.
 */
export function onSignal(
  subscriber: Subscriber | null,
  log: LogAddress,
  hear: (signal: LogSignal) => void,
): () => void {
  if (subscriber === null) return () => undefined
  return subscriber.listen(signalChannel(log), (message) => {
    if (message === 'stop') hear(message)
  })
}
