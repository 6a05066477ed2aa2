import { readEnvironment } from '@/lib/env'
import { offlineWorker } from '@/lib/i18n/offline-worker'

/**
 * Serves the service worker. It contains no user data. It is disabled in development, where it would
 * interfere with reloads.
 */
export function GET(request: Request): Response {
  if (readEnvironment().NODE_ENV === 'development') return new Response(null, { status: 404 })
  return new Response(offlineWorker(new URL(request.url).searchParams.get('language')), {
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' },
  })
}
