import { collectGarbage } from './collect-garbage.mjs'

/**
 * @typedef {object} SocketLimits
 * @property {number} stallMs
 * @property {number} idleMs
 * @property {number} lingerMs
 * @property {number} checkMs
 * @property {number} maxPerNetwork
 * @property {number} maxConnections
 */

/**
 * Connection limits. Node limits slow senders (scripts/server/http-limits.mjs) but not slow readers: without a
 * limit, a client that reads nothing would keep its whole response in memory forever.
 * @type {Readonly<SocketLimits>}
 */
export const socketLimits = Object.freeze({
  /** A response is closed if its client accepts no byte for this long. The sum with `checkMs` must stay below 30 s. */
  stallMs: 25_000,
  /**
   * A connection without a running request is closed after this much silence. Must be
   * longer than the keep-alive timeout.
   */
  idleMs: 70_000,
  /** How long a connection that this side has ended may wait for the client to close its side. */
  lingerMs: 5_000,
  checkMs: 2_000,
  /** Connections of one client network. Generous, because a whole office can share one address. */
  maxPerNetwork: 512,
  /** All connections together; further ones are closed at once. */
  maxConnections: 4_096,
})

/**
 * Returns the limits with the operator's settings.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {SocketLimits}
 */
export function readSocketLimits({ SLOW_READER_SECONDS }) {
  const stallMs = Number(SLOW_READER_SECONDS || socketLimits.stallMs / 1000) * 1000
  return { ...socketLimits, stallMs, checkMs: Math.min(socketLimits.checkMs, stallMs / 2) }
}

/**
 * @typedef {object} Connection
 * @property {number} responses Number of responses that are not closed yet
 * @property {number} accepted Bytes that the operating system has accepted for the client
 * @property {number} received Bytes
 * @property {number} acceptedAt When a byte was last accepted or none was waiting
 * @property {number} activeAt When a byte was last sent or received
 */

/**
 * Closes slow readers and idle or half-closed connections, and limits the connections per client network
 * and in total. It measures progress instead of total time, so slow clients that keep reading and long
 * streams with pauses are not closed.
 * @param {import('node:http').Server} server
 * @param {object} [options]
 * @param {Partial<SocketLimits>} [options.limits]
 * @param {(address: string | undefined) => string | null} [options.networkOf] Null: the connection is not counted
 */
export function limitSockets(server, { limits = {}, networkOf = clientNetwork } = {}) {
  const { stallMs, idleMs, lingerMs, checkMs, maxPerNetwork, maxConnections } = { ...socketLimits, ...limits }
  /** @type {Map<import('node:net').Socket, Connection>} */
  const connections = new Map()
  /** @type {Map<string, number>} */
  const perNetwork = new Map()
  server.maxConnections = maxConnections

  server.on('connection', (/** @type {import('node:net').Socket} */ socket) => {
    const network = networkOf(socket.remoteAddress)
    if (network !== null) {
      const count = (perNetwork.get(network) ?? 0) + 1
      if (count > maxPerNetwork) return void socket.destroy()
      perNetwork.set(network, count)
    }
    const now = performance.now()
    connections.set(socket, { responses: 0, accepted: 0, received: 0, acceptedAt: now, activeAt: now })
    socket.once('close', () => {
      connections.delete(socket)
      if (network === null) return
      const left = (perNetwork.get(network) ?? 1) - 1
      if (left > 0) perNetwork.set(network, left)
      else perNetwork.delete(network)
    })
  })
  // Must run before the listener that may respond at once.
  server.prependListener('request', (request, response) => {
    const connection = connections.get(request.socket)
    if (!connection) return
    closeAfterRefusal(request, response, lingerMs)
    connection.responses += 1
    response.once('close', () => {
      connection.responses -= 1
    })
  })

  let checksToCollect = 0
  const check = setInterval(() => {
    const now = performance.now()
    for (const [socket, connection] of connections) {
      const accepted = acceptedBytes(socket)
      const hasAccepted = accepted !== connection.accepted
      if (hasAccepted || socket.writableLength === 0) connection.acceptedAt = now
      if (hasAccepted || socket.bytesRead !== connection.received) connection.activeAt = now
      connection.accepted = accepted
      connection.received = socket.bytesRead
      const isStalled = now - connection.acceptedAt >= stallMs
      const silentMs = now - connection.activeAt
      const isIdle = connection.responses === 0 && silentMs >= (socket.writableFinished ? lingerMs : idleMs)
      if (isStalled || isIdle) socket.destroy()
      if (isStalled) checksToCollect = collectingChecks
    }
    if (checksToCollect > 0 && --checksToCollect % 2 === 0) collectGarbage()
  }, checkMs)
  check.unref()
  server.once('close', () => clearInterval(check))
}

/**
 * Number of checks after a slow reader was closed during which every second check collects garbage. Without new
 * requests V8 would keep the responses of closed connections in memory.
 */
const collectingChecks = 5

/** Maximum number of bytes of a request body that are read after the request was answered. */
const maxDiscardedBytes = 1024 * 1024

/**
 * Closes the connection of a request that was answered before its body had arrived, because the rest of the body
 * could be megabytes. Closing at once would reset the connection, and the client might never read the response.
 * This side is therefore ended first, and a small amount of further data is read and discarded.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {number} lingerMs
 */
function closeAfterRefusal(request, response, lingerMs) {
  const { headers } = request
  if (headers['transfer-encoding'] === undefined && !(Number(headers['content-length']) > 0)) return
  const writeHead = response.writeHead
  response.writeHead = (/** @type {any[]} */ ...given) => {
    if (!request.complete && !response.headersSent) response.setHeader('connection', 'close')
    return Reflect.apply(writeHead, response, given)
  }
  // Must run before Node's own listener, which would destroy the socket or read the body to its end.
  response.prependListener('finish', () => {
    if (request.complete) return
    const { socket } = request
    socket.destroySoon = () => socket.end()
    socket.end()
    let discarded = 0
    request.on('data', (/** @type {Buffer} */ chunk) => {
      discarded += chunk.length
      // An immediate close could reset the connection before the client has read the answer.
      if (discarded > maxDiscardedBytes) request.pause()
    })
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    socket.once('close', () => clearTimeout(timer))
  })
}

/**
 * Returns the number of bytes that the operating system has accepted. It accepts one large write in parts,
 * which only the queue of the handle shows. Without that queue, a slow client that reads one 10 MB response
 * would look as if it read nothing.
 * @param {import('node:net').Socket} socket
 */
function acceptedBytes(socket) {
  const handle = /** @type {{ _handle?: { writeQueueSize: number, bytesWritten: number } | null }} */ (
    /** @type {unknown} */ (socket)
  )._handle
  return handle ? handle.bytesWritten - handle.writeQueueSize : 0
}

/**
 * Returns the network by which a connection is counted: an IPv4 address, or the /64 of an IPv6 address. Null for
 * loopback, because connections from this machine come from a proxy or the operator.
 * @param {string | undefined} address
 * @returns {string | null}
 */
export function clientNetwork(address) {
  const plain = (address ?? 'unknown').toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  if (plain === '::1' || plain.startsWith('127.')) return null
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail ? tail.split(':').length : 0
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind
  const all = [...groups, ...Array(Math.max(0, zeros)).fill('0'), ...(tail ? tail.split(':') : [])]
  return `${all.slice(0, 4).join(':')}::/64`
}
