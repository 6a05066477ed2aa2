import { createHash, timingSafeEqual } from 'node:crypto'
import { database } from '@/db/client'
import { readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { createLog } from '@/lib/log'
import { errorResponse } from './error-response'
import type { RouteHandler } from './handle'
import { requestIdHeader, requestIdOf } from './request-id'
import type { Sweep } from './start-sweep'

/**
 * Runs a sweep for a scheduler that sends `CRON_SECRET` as bearer token, as the cron jobs of Vercel do. If the
 * variable is not set or the secret is wrong, the response must be the same 404.
 */
export function handleCron(sweep: Sweep): RouteHandler {
  return async (request) => {
    const requestId = requestIdOf(request.headers)
    const env = readEnvironment()
    const log = createLog(env.LOG_LEVEL).with({ requestId, route: 'GET /api/cron' })
    let response: Response
    try {
      if (!env.CRON_SECRET || !isEqual(request.headers.get('authorization') ?? '', `Bearer ${env.CRON_SECRET}`))
        throw new AppError('not_found')
      await sweep({ db: database().db })
      response = Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
    } catch (error) {
      response = errorResponse(error, requestId, log)
    }
    response.headers.set(requestIdHeader, requestId)
    return response
  }
}

/** Compares hashes, so that the duration reveals neither the length nor a common prefix. */
function isEqual(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(expected))
}
