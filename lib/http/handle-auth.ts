/* Mechanisms used: auth. */
import { auth } from '@/lib/auth/auth'
import { clientAddressHeader } from '@/lib/auth/create-auth'
import { readEnvironment } from '@/lib/env'
import { createLog } from '@/lib/log'
import { clientAddress } from './client-address'
import { errorResponse } from './error-response'
import { readJson } from './read-json'
import { requestIdHeader, requestIdOf } from './request-id'

const bodyLimitBytes = 16 * 1024

/**
 * better-auth's own endpoints, unchanged but for what surrounds every route: a request id, a body that is read with a
 * cap, the client's address as we count it, one exit for errors, no caching.
 */
export async function handleAuth(request: Request): Promise<Response> {
  const arrivedAt = Date.now()
  const env = readEnvironment()
  const requestId = requestIdOf(request.headers)
  const log = createLog(env.LOG_LEVEL).with({ requestId, route: `${request.method} /api/auth` })
  let response: Response
  try {
    const headers = new Headers(request.headers)
    headers.delete(clientAddressHeader)
    const address = clientAddress(headers, env.TRUSTED_PROXY_HOPS)
    if (address) headers.set(clientAddressHeader, address)
    const body = await readAuthBody(request)
    const answer = await auth().handler(new Request(request.url, { method: request.method, headers, body }))
    response = new Response(answer.body, answer)
    if (answer.status >= 500) log.error('auth failed', { status: answer.status })
    if (isSignOut(request, answer)) response.headers.set('clear-site-data', '"cache"')
  } catch (error) {
    response = errorResponse(error, requestId, log)
  }
  const retryAfter = response.headers.get('x-retry-after')
  if (retryAfter && !response.headers.has('retry-after')) response.headers.set('retry-after', retryAfter)
  response.headers.set(requestIdHeader, requestId)
  response.headers.set('cache-control', 'private, no-store')
  log.info('request', { status: response.status, durationMs: Date.now() - arrivedAt })
  return response
}

/** Some endpoints are posted to without a body; where there is one, it is JSON within the cap like any other. */
async function readAuthBody(request: Request): Promise<string | null> {
  if (request.method !== 'POST' || !request.body) return null
  if (request.headers.get('content-length') === '0') return null
  return JSON.stringify(await readJson(request, bodyLimitBytes))
}

function isSignOut(request: Request, answer: Response): boolean {
  return answer.ok && new URL(request.url).pathname.endsWith('/sign-out')
}
