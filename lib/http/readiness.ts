/* Mechanisms used: redis. */
import { sql } from 'drizzle-orm'
import { database } from '@/db/client'
import { redis } from '@/lib/redis/client'

type ServiceState = 'ok' | 'unavailable' | 'not_configured'
export type Readiness = { status: 'ok' | 'degraded' | 'unavailable'; postgres: ServiceState; redis: ServiceState }

/** Asks both backing services. Postgres is needed; without Redis everything works, more slowly: `degraded`. */
export async function readiness(): Promise<Readiness> {
  const handle = redis()
  const [postgres, cache] = await Promise.all([
    stateOf(database().db.execute(sql`select 1`)),
    handle ? stateOf(handle.ping()) : ('not_configured' as const),
  ])
  const status = postgres !== 'ok' ? 'unavailable' : cache === 'unavailable' ? 'degraded' : 'ok'
  return { status, postgres, redis: cache }
}

/** Whatever the reason, it stays with us: no host, no message. */
async function stateOf(probe: Promise<unknown>): Promise<ServiceState> {
  try {
    await probe
    return 'ok'
  } catch {
    return 'unavailable'
  }
}
