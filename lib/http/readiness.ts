import { sql } from 'drizzle-orm'
import { database } from '@/db/client'
import { processStage } from '@/lib/process-handle'
import { redis } from '@/lib/redis/client'

type ServiceState = 'ok' | 'unavailable' | 'not_configured'
type Readiness = {
  status: 'ok' | 'degraded' | 'unavailable' | 'draining'
  postgres: ServiceState
  redis: ServiceState
}

/**
 * Checks Postgres and Redis. Postgres is required. Without Redis everything works, but more slowly, so
 * the status is `degraded`. A process that is about to stop still serves requests, but reports `draining`
 * so that it receives no new ones.
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

/** Returns the state of a service. The reason of a failure must not be published, because it contains host names. */
async function stateOf(probe: Promise<unknown>): Promise<ServiceState> {
  try {
    await probe
    return 'ok'
  } catch {
    return 'unavailable'
  }
}
