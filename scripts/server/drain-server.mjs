/**
 * Takes no new connection, lets running responses end, and after the time given cuts what is left.
 * @param {import('node:http').Server} server
 * @param {number} timeoutMs
 * @returns {Promise<void>}
 */
export function drainServer(server, timeoutMs) {
  return new Promise((resolve) => {
    // An idle kept-alive connection would hold the server open until its client lets go of it.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs)
    // Whoever still sends on a connection that was busy until now is told that it is the last time.
    server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
