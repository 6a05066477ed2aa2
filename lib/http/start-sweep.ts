import { database } from '@/db/client'
import type { Database } from '@/db/connect'
import { readEnvironment } from '@/lib/env'
import { createLog, describeError } from '@/lib/log'

const intervalMs = 5000

/** Periodic maintenance. It must be safe to run in any process, at any time and any number of times. */
export type Sweep = (stores: { db: Database }) => Promise<unknown>

/**
 * Runs a sweep every five seconds while the process lives, one run at a time. The timer does not keep the process
 * alive. No state is kept between runs, because the pending work is in the database. Deployments without long-lived
 * processes call the cron route instead.
 */
export function startSweep(sweep: Sweep): void {
  const log = createLog(readEnvironment().LOG_LEVEL)
  const run = async () => {
    try {
      await sweep({ db: database().db })
    } catch (error) {
      log.info('sweep failed', { error: describeError(error) })
    }
    setTimeout(run, intervalMs).unref()
  }
  setTimeout(run, intervalMs).unref()
}
