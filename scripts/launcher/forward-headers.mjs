import { appendPeer } from '../server/append-peer.mjs'

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
  'expect',
]

/**
 * Prepares a request's headers for the next hop. The client's address is appended to X-Forwarded-For, and protocol
 * and host that a client claims are replaced.
 * @param {import('node:http').IncomingMessage} request
 */
export function forwardHeaders(request) {
  const { headers } = request
  const listed = String(headers.connection ?? '').split(',')
  for (const name of [...hopByHop, ...listed.map((name) => name.trim().toLowerCase())]) delete headers[name]
  appendPeer(request)
  headers['x-forwarded-proto'] = 'http'
  delete headers.forwarded
  delete headers['x-forwarded-port']
  if (headers.host === undefined) delete headers['x-forwarded-host']
  else headers['x-forwarded-host'] = headers.host
}
