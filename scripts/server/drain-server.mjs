/**
 * Accepts no new connection, waits for running responses to end, and closes the remaining
 * connections after `timeoutMs`.
 * @param {import('node:http').Server} server
 * @param {number} timeoutMs
 * @returns {Promise<void>}
 */
export function drainServer(server, timeoutMs) {
  return new Promise((resolve) => {
    // An idle keep-alive connection would otherwise keep the server open until its client closes it.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs)
    // A request that still arrives on an open connection is answered, and the client must not reuse that connection.
    server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
