import { after } from 'next/server'
import { database } from '@/db/client'
import { readEnvironment } from '@/lib/env'
import { createLog } from '@/lib/log'
import { processHandle } from '@/lib/process-handle'
import { createAuth } from './create-auth'

/** Returns the better-auth instance of this process. */
export const auth = processHandle('auth', () => {
  const env = readEnvironment()
  return createAuth({ db: database().db, log: createLog(env.LOG_LEVEL), waitUntil: (work) => after(work) }, env)
})
