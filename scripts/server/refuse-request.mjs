import { sendProblem, writeProblem } from './problem.mjs'

const allowedMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const allow = { allow: [...allowedMethods].join(', ') }

/** @type {import('./problem.mjs').Problem} */
const methodNotAllowed = {
  status: 405,
  code: 'method_not_allowed',
  detail: 'This method is not supported.',
  headers: allow,
}

/** @type {import('./problem.mjs').Problem} */
const pageMethodNotAllowed = { ...methodNotAllowed, headers: { allow: 'GET, HEAD' } }

/** @type {import('./problem.mjs').Problem} */
const noServerActions = { status: 400, code: 'invalid_request', detail: 'There are no server actions here.' }

/** All other paths are pages or their files. */
const routes = /^\/(api|v1)\//

/** @type {import('./problem.mjs').Problem} */
const badTarget = { status: 400, code: 'invalid_request', detail: 'The request target is not a valid path.' }

/**
 * Refuses requests that must not reach the app. Next responds to TRACE with a 500, would use the host
 * of an absolute target as its own, and prints text of the request when it searches for the server
 * action that a POST to a page names.
 * @param {import('node:http').IncomingMessage} request Its target is rewritten to plain origin form
 * @param {import('node:http').ServerResponse} response
 * @param {(level: 'info', msg: string, fields: object) => void} [log] Logs each refusal, without text of the
 *   request
 * @returns {boolean} True if the request was answered here
 */
export function refuseRequest(request, response, log = () => {}) {
  const refuse = (/** @type {import('./problem.mjs').Problem} */ problem) => {
    const { status, code } = problem
    log('info', 'request refused', { requestId: response.getHeader('x-request-id'), status, code })
    sendProblem(response, problem)
    return true
  }
  if (!allowedMethods.has(request.method ?? '')) return refuse(methodNotAllowed)
  if (request.method === 'OPTIONS' && request.url === '*') {
    response.writeHead(204, allow).end()
    return true
  }
  const target = originForm(request.url ?? '')
  if (target === null) return refuse(badTarget)
  if (request.headers['next-action'] !== undefined) return refuse(noServerActions)
  if (request.method !== 'GET' && request.method !== 'HEAD' && !routes.test(target)) return refuse(pageMethodNotAllowed)
  request.url = target
  return false
}

/**
 * Returns the path and query of a request target, or null if it has no path or its path cannot be decoded. Leading
 * slashes are reduced to one, because code that later resolves `//host` as a URL would read a host.
 * @param {string} target
 */
export function originForm(target) {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^[/\\]+/, '/')
  const rooted = path === '' || path.startsWith('?') ? `/${path}` : path
  if (!rooted.startsWith('/')) return null
  const [pathname = ''] = rooted.split('?', 1)
  try {
    decodeURIComponent(pathname)
  } catch {
    return null
  }
  return rooted
}

/**
 * Answers connections whose data could not be parsed as a request (`clientError`), and CONNECT requests.
 * @param {import('node:http').Server} server
 */
export function refuseBrokenConnections(server) {
  server.on('clientError', (/** @type {NodeJS.ErrnoException} */ error, socket) => {
    // The client has closed the connection, so a response could not be delivered.
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') socket.destroy()
    else writeProblem(socket, brokenRequest(error.code))
  })
  server.on('connect', (_request, socket) => writeProblem(socket, methodNotAllowed))
}

/**
 * @param {string | undefined} code
 * @returns {import('./problem.mjs').Problem}
 */
function brokenRequest(code) {
  switch (code) {
    case 'HPE_INVALID_METHOD':
      return methodNotAllowed
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code: 'headers_too_large', detail: 'The request headers are too large.' }
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, code: 'body_too_large', detail: 'The request body is too large.' }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'request_timeout', detail: 'The request did not arrive in time.' }
    default:
      return { status: 400, code: 'invalid_request', detail: 'The request could not be understood.' }
  }
}
