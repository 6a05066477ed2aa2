/**
 * Every hop writes the address it saw at the right end of X-Forwarded-For, this process included: what a client claims
 * stays further left, where the app never reads (lib/http/client-address.ts counts from the right).
 * @param {import('node:http').IncomingMessage} request
 */
export function appendPeer(request) {
  const peer = (request.socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
  const before = request.headers['x-forwarded-for']
  request.headers['x-forwarded-for'] = before ? `${before}, ${peer}` : peer
}
