import { readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { createLog } from '@/lib/log'
import { type ErrorShape, errorResponse } from './error-response'
import type { RouteHandler } from './handle'
import { requestIdHeader, requestIdOf } from './request-id'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * Returns the exports of a `route.ts`. Methods without a handler respond with a 405 problem instead
 * of the empty 405 of Next.
 */
export function route(
  handlers: Partial<Record<Method, RouteHandler>>,
  errorShape?: ErrorShape,
): Record<Method, RouteHandler> {
  const allow = Object.keys(handlers).join(', ')
  const refuse = refuseWith(() => new AppError('method_not_allowed', { headers: { allow } }), errorShape)
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse, ...handlers }
}

/** Returns a handler that always responds with this error. */
export function refuseWith(error: () => AppError, errorShape?: ErrorShape): RouteHandler {
  return async (request) => {
    const requestId = requestIdOf(request.headers)
    const response = errorResponse(error(), requestId, createLog(readEnvironment().LOG_LEVEL), errorShape)
    response.headers.set(requestIdHeader, requestId)
    return response
  }
}
