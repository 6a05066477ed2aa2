import { sql } from 'drizzle-orm'
import { database } from '@/db/client'
import { processStage } from '@/lib/process-handle'
import { redis } from '@/lib/redis/client'

type ServiceState = 'ok' | 'unavailable' | 'not_configured'
export type Readiness = {
  status: 'ok' | 'degraded' | 'unavailable' | 'draining'
  postgres: ServiceState
  redis: ServiceState
}

/**
 * Asks both backing services. Postgres is needed; without Redis everything works, more slowly: `degraded`. A process that
 * is about to end still answers everybody, and says `draining` so that nobody new is sent to it.
 */
export async function readiness(): Promise<Readiness> {
  const handle = redis()
  const [postgres, cache] = await Promise.all([
    stateOf(database().db.execute(sql`select 1`)),
    handle ? stateOf(handle.ping()) : ('not_configured' as const),
  ])
  return { status: statusOf(postgres, cache), postgres, redis: cache }
}

function statusOf(postgres: ServiceState, cache: ServiceState): Readiness['status'] {
  if (postgres !== 'ok') return 'unavailable'
  if (processStage() !== 'serving') return 'draining'
  return cache === 'unavailable' ? 'degraded' : 'ok'
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
