import { randomUUID } from 'node:crypto'

/**
 * Gives the request and its answer one id: the caller's own when it is harmless in a header and a log, else a new one.
 * Set on both sides, so that the app finds it as if the caller had sent it and static files carry one too.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export function identifyRequest(request, response) {
  const given = request.headers['x-request-id']
  const id = typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID()
  request.headers['x-request-id'] = id
  response.setHeader('x-request-id', id)
}
