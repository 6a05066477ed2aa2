import { type Environment, readEnvironment } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { createLog, type Log, type LogFields } from '@/lib/log'
import { type ErrorShape, errorResponse } from './error-response'
import { requestIdHeader, requestIdOf } from './request-id'

/** The facts about one request that every kind of route needs. */
type RouteFrame = {
  requestId: string
  env: Environment
  log: Log
  /** The time of arrival in milliseconds of the wall clock. */
  arrivedAt: number
  /** Adds fields to the log line of this request, also if the request fails later. */
  addToLog: (fields: LogFields) => void
}

type FrameOptions = {
  /** The route in log lines, such as `POST /api/chat`. It must not contain ids. */
  route: string
  /** The body of error responses, if it is not RFC 9457. */
  errorShape?: ErrorShape | undefined
  /** Headers that every response of this kind of route must have, also errors. */
  headers?: Readonly<Record<string, string>>
}

/**
 * Runs the work of a route in the frame that all routes share: a request id, a log, error responses, headers, and one
 * log line. Responses are private and not cacheable unless the work sets `cache-control`. Never rejects.
 */
export async function runInFrame(
  request: Request,
  { route, errorShape, headers = {} }: FrameOptions,
  work: (frame: RouteFrame) => Promise<Response>,
): Promise<Response> {
  const arrivedAt = Date.now()
  const env = readEnvironment()
  const requestId = requestIdOf(request.headers)
  const log = createLog(env.LOG_LEVEL).with({ requestId })
  const fields: LogFields = { route }
  const addToLog = (more: LogFields) => void Object.assign(fields, more)
  let response: Response
  try {
    response = await work({ requestId, env, log: log.with({ route }), arrivedAt, addToLog })
  } catch (error) {
    response = errorResponse(error, requestId, log.with(fields), errorShape)
    addToLog({ code: isAppError(error) ? error.code : 'internal' })
  }
  response.headers.set(requestIdHeader, requestId)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store')
  log.info('request', { ...fields, status: response.status, durationMs: Date.now() - arrivedAt })
  return response
}
