import { isIP, isIPv4 } from 'node:net'

/**
 * Returns the client's address: the last entry of X-Forwarded-For before those of the trusted proxies. The process
 * (or the platform) appends the address of its peer, so without proxies this is the last entry. A client can only
 * forge entries further to the left, which are never read. Returns null if there is no valid entry.
 */
export function clientAddress(headers: Headers, trustedProxyHops: number): string | null {
  const chain = (headers.get('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim())
  const address = chain[chain.length - 1 - trustedProxyHops] ?? ''
  return isIP(address) ? address : null
}

/**
 * Returns the network of an address in canonical form: the /64 for IPv6, because a customer usually has at least one
 * and can use all of its addresses, and the /24 for IPv4. An IPv4-mapped IPv6 address counts as IPv4. All clients
 * without an address share one network.
 */
export function networkOf(address: string | null): string {
  return prefixOf(address, 4)
}

/**
 * Returns the site of an address: the /48 for IPv6, which is the largest range that a customer usually gets, and the
 * /24 for IPv4. A limit by site also stops an attacker who iterates over the 65,536 networks of one /48.
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

/**
 * Returns the eight groups of an IPv6 address. The URL parser accepts every spelling and writes an IPv4 tail as two
 * groups. It rejects zones, so they are removed first.
 */
function ipv6Groups(address: string): number[] {
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]/`)
  const [left = [], right = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((side) => side.split(':').flatMap((group) => (group === '' ? [] : [Number.parseInt(group, 16)])))
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
}
