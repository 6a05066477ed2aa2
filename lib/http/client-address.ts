import { isIP, isIPv4 } from 'node:net'

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

/**
 * The network that an address belongs to, in one spelling: /64 for IPv6, since that is what one customer is given and
 * can walk through, and /24 for IPv4. An IPv4 address that is written as an IPv6 one is the IPv4 address. Whoever has no
 * address shares one network with all the others who have none.
 */
export function networkOf(address: string | null): string {
  return prefixOf(address, 4)
}

/**
 * Returns the site of an address: the /48 for IPv6, the largest range that one customer is usually given, and the /24
 * for IPv4. A limit by site also holds for an attacker who iterates over the 65,536 networks of one /48.
 */
export function siteOf(address: string | null): string {
  return prefixOf(address, 3)
}

function prefixOf(address: string | null, groupCount: number): string {
  if (address === null) return 'unknown'
  if (isIPv4(address)) return ipv4Network(address.split('.').map(Number))
  const groups = ipv6Groups(address)
  const [high = 0, low = 0] = groups.slice(6)
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') return ipv4Network([high >> 8, high & 255, low >> 8, low & 255])
  return `${groups
    .slice(0, groupCount)
    .map((group) => group.toString(16))
    .join(':')}::/${groupCount * 16}`
}

const ipv4Network = (bytes: readonly number[]) => `${bytes.slice(0, 3).join('.')}.0/24`

/** The eight numbers. The URL parser knows every spelling, and writes an IPv4 tail as two groups; a zone it refuses. */
function ipv6Groups(address: string): number[] {
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]/`)
  const [left = [], right = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((side) => side.split(':').flatMap((group) => (group === '' ? [] : [Number.parseInt(group, 16)])))
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
}
