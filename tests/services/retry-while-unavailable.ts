import { findDatabaseError } from '@/db/database-error'
import { isAppError } from '@/lib/errors'

/**
 * Repeats `work` while no database connection becomes free in time, as a client does after a 503. Fifty concurrent
 * writers can wait that long on a busy machine. Throws any other failure.
 */
export async function retryWhileUnavailable<Value>(work: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isUnavailable(error)) throw error
    }
  }
}

const isUnavailable = (error: unknown) =>
  isAppError(error) ? error.code === 'database_unavailable' : findDatabaseError(error)?.sqlState === null
