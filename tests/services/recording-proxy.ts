import { type FaultProxy, startFaultProxy } from './fault-proxy'
import { tapPostgres } from './postgres-trips'
import { tapRedis } from './redis-trips'
import type { Store, TripLog } from './trip-log'

/** Long enough that two requests of one tick are both sent before either is answered (see `trip-log.ts`). */
const measuringDelayMs = 15

/**
 * Starts a fault proxy that records each round trip in the log. Several proxies can share one log, so that
 * overlapping trips to Postgres and Redis count as one sequential step. Answers are delayed by `delayMs`; 0 records
 * without slowing down.
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
