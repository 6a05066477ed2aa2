import { database } from '@/db/client'
import type { Database } from '@/db/connect'
import { readEnvironment } from '@/lib/env'
import { createLog, describeError } from '@/lib/log'

const everyMs = 5000

/** Housekeeping that any process may do at any time, as often as it likes. */
export type Sweep = (stores: { db: Database }) => Promise<unknown>

/**
 * Sweeps every five seconds for as long as the process lives, one run at a time. The timer keeps no process alive and
 * nothing is remembered between two runs: what there is to do stands in the database. Where no process lives long, the
 * cron route does the same.
 */
export function startSweep(sweep: Sweep): void {
  const log = createLog(readEnvironment().LOG_LEVEL)
  const run = async () => {
    try {
      await sweep({ db: database().db })
    } catch (error) {
      log.info('sweep failed', { error: describeError(error) })
    }
    setTimeout(run, everyMs).unref()
  }
  setTimeout(run, everyMs).unref()
}
