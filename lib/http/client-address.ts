import { isIP } from 'node:net'

/**
 * The client's address: the last entry of X-Forwarded-For after stepping over the proxies that are ours. The process
 * (or the platform) itself appends the peer it sees, so with no proxy that is the last entry; whatever a client writes
 * stands further left and is never reached. Null where there is no usable entry.
 */
export function clientAddress(headers: Headers, trustedProxyHops: number): string | null {
  const chain = (headers.get('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim())
  const address = chain[chain.length - 1 - trustedProxyHops] ?? ''
  return isIP(address) ? address : null
}
