import { Agent } from 'node:http'
import { connect } from 'node:net'

/**
 * Hands out a connection only once it stands. Node's own agent lets the request body flow while it still connects, so
 * a refused connection has already eaten the body; with this one "refused" means that nothing was sent, and any method
 * may go on to the next instance. Never kept alive: an instance that drains closes its idle connections just when a
 * request may be on its way on one of them, and then nobody knows whether it arrived.
 */
export class ConnectFirstAgent extends Agent {
  constructor() {
    super({ keepAlive: false })
  }

  /**
   * @override
   * @param {import('node:http').ClientRequestArgs} options
   * @param {(error: Error | null, stream: import('node:stream').Duplex) => void} [done]
   * @returns {undefined}
   */
  createConnection(options, done) {
    const socket = connect({ host: options.host ?? '127.0.0.1', port: Number(options.port), noDelay: true })
    const failed = (/** @type {Error} */ error) => done?.(error, socket)
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.off('error', failed)
      done?.(null, socket)
    })
    return undefined
  }
}
