import { randomUUID } from 'node:crypto'

/**
 * Sets the same `x-request-id` on the request and its response. An id that the client sent is kept if it is safe
 * in headers and logs; otherwise a new one is generated. The app reads it from the request; files that Next serves
 * itself get it from the response.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export function identifyRequest(request, response) {
  const given = request.headers['x-request-id']
  const id = typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID()
  request.headers['x-request-id'] = id
  response.setHeader('x-request-id', id)
}
