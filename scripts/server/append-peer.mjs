/**
 * Appends the address of the connection to X-Forwarded-For, as every hop must. Addresses that a client claims stay
 * further left, where the app does not read them (lib/http/client-address.ts counts from the right).
 * @param {import('node:http').IncomingMessage} request
 */
export function appendPeer(request) {
  const peer = (request.socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
  const before = request.headers['x-forwarded-for']
  request.headers['x-forwarded-for'] = before ? `${before}, ${peer}` : peer
}
