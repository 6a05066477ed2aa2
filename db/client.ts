import { connectDatabase } from '@/db/connect'
import { readEnvironment } from '@/lib/env'
import { createLog, describeError } from '@/lib/log'
import { processHandle } from '@/lib/process-handle'

/** The connection pool of the process. */
export const database = processHandle('db', () => {
  const env = readEnvironment()
  const log = createLog(env.LOG_LEVEL)
  return connectDatabase({
    url: env.DATABASE_URL,
    poolMax: env.DATABASE_POOL_MAX,
    onError: (error) => log.warn('database connection lost', { error: describeError(error) }),
  })
})
