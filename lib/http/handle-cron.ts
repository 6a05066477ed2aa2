import { createHash, timingSafeEqual } from 'node:crypto'
import { database } from '@/db/client'
import { AppError } from '@/lib/errors'
import type { RouteHandler } from './handle'
import { runInFrame } from './route-frame'
import type { Sweep } from './start-sweep'

/**
 * Runs a sweep for a scheduler that sends `CRON_SECRET` as bearer token, as the cron jobs of Vercel do. If the
 * variable is not set or the secret is wrong, the response must be the same 404.
 */
export function handleCron(sweep: Sweep): RouteHandler {
  return (request) =>
    runInFrame(request, { route: 'GET /api/cron' }, async ({ env }) => {
      if (!env.CRON_SECRET || !isEqual(request.headers.get('authorization') ?? '', `Bearer ${env.CRON_SECRET}`))
        throw new AppError('not_found')
      await sweep({ db: database().db })
      return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
    })
}

/** Compares hashes, so that the duration reveals neither the length nor a common prefix. */
function isEqual(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(expected))
}
