import { readEnvironment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { createLog } from '@/lib/log'
import { type ErrorShape, errorResponse } from './error-response'
import type { RouteHandler } from './handle'
import { requestIdHeader, requestIdOf } from './request-id'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The exports of a `route.ts`: the given methods, and for the others our own 405 in place of Next's empty one. */
export function route(
  handlers: Partial<Record<Method, RouteHandler>>,
  errorShape?: ErrorShape,
): Record<Method, RouteHandler> {
  const allow = Object.keys(handlers).join(', ')
  const refuse = refuseWith(() => new AppError('method_not_allowed', { headers: { allow } }), errorShape)
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse, ...handlers }
}

/** A handler that only ever answers with this error. */
export function refuseWith(error: () => AppError, errorShape?: ErrorShape): RouteHandler {
  return async (request) => {
    const requestId = requestIdOf(request.headers)
    const response = errorResponse(error(), requestId, createLog(readEnvironment().LOG_LEVEL), errorShape)
    response.headers.set(requestIdHeader, requestId)
    return response
  }
}
