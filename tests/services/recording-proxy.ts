import { type FaultProxy, startFaultProxy } from './fault-proxy'
import { tapPostgres } from './postgres-trips'
import { tapRedis } from './redis-trips'
import type { Store, TripLog } from './trip-log'

/** Enough that two requests of one tick are both under way before either is answered; see `trip-log.ts`. */
const measuringDelayMs = 15

/**
 * A fault proxy that writes each round trip to the log. Several proxies share one log, so that trips to Postgres and to
 * Redis that overlap count as one wait. Answers are held back for `delayMs`; pass 0 to look without slowing down.
 */
export async function startRecordingProxy(options: {
  store: Store
  upstream: { host: string; port: number }
  trips: TripLog
  delayMs?: number
}): Promise<FaultProxy> {
  let connections = 0
  const tapStore = options.store === 'postgres' ? tapPostgres : tapRedis
  return startFaultProxy({
    upstream: options.upstream,
    delayMs: options.delayMs ?? measuringDelayMs,
    tap: () => {
      connections += 1
      return tapStore(options.trips, connections)
    },
  })
}
