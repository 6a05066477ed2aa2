import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'

/**
 * An error response (RFC 9457) in the format of the app's own errors, for requests that never reach the app: they
 * were refused earlier, or their app process has just died.
 * @typedef {{ status: number, code: string, detail: string, headers?: Record<string, string> }} Problem
 */

/**
 * @param {Problem} problem
 * @param {string} requestId
 */
function describe({ status, code, detail, headers = {} }, requestId) {
  const title = STATUS_CODES[status] ?? 'Error'
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code, requestId })
  return {
    title,
    body,
    headers: {
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      connection: 'close',
      ...headers,
    },
  }
}

/**
 * Sends the problem as a response, or closes the connection if a response has already begun.
 * @param {import('node:http').ServerResponse} response
 * @param {Problem} problem
 */
export function sendProblem(response, problem) {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { body, headers } = describe(problem, String(response.getHeader('x-request-id') ?? randomUUID()))
  response.writeHead(problem.status, headers)
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/**
 * Writes the problem to a connection on which no valid request arrived, and ends it.
 * @param {import('node:stream').Duplex} socket
 * @param {Problem} problem
 */
export function writeProblem(socket, problem) {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const { title, body, headers } = describe(problem, randomUUID())
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${problem.status} ${title}\r\n${lines.join('')}\r\n${body}`)
}
