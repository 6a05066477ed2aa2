import { Agent } from 'node:http'
import { connect } from 'node:net'

/**
 * Provides a connection only after it is established. Node's own agent starts to send the request body while it is
 * still connecting, so that a refused connection has already consumed the body. With this agent a refused connection
 * means that nothing was sent, and a request of any method can be retried on the next instance. Connections are not
 * kept alive: an instance that drains closes its idle connections, possibly while a request is on its way, and then
 * it would be unknown whether the request has arrived.
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
    const onError = (/** @type {Error} */ error) => done?.(error, socket)
    socket.once('error', onError)
    socket.once('connect', () => {
      socket.off('error', onError)
      done?.(null, socket)
    })
    return undefined
  }
}
