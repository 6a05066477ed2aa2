import { isIPv4, isIPv6 } from 'node:net'

/** First address and bits. */
type Block = readonly [string, number]

/** Everything that IANA gives to no host on the open internet (its special-purpose registries). */
const notPublic: readonly Block[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/** All that is given out of IPv6; addresses that embed an IPv4 address are outside, but for the tunnels. */
const givenOut = ['2000::', 3] as const
/** Within it: tunnels, which carry IPv4 addresses of any kind, and examples. */
const notPublicV6: readonly Block[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

/** Whether this IP address is a host on the open internet. False for whatever is no address. */
export function isPublicAddress(address: string): boolean {
  // Only what Node takes for an address is taken apart: `127.1` or `0x7f.1` is none.
  if (isIPv4(address)) return !notPublic.some((block) => isIn(block, address, first32OfV4))
  if (isIPv6(address))
    return isIn(givenOut, address, first32OfV6) && !notPublicV6.some((block) => isIn(block, address, first32OfV6))
  return false
}

const isIn = ([first, bits]: Block, address: string, first32: (address: string) => number) => {
  const size = 2 ** (32 - bits)
  return Math.floor(first32(address) / size) === Math.floor(first32(first) / size)
}

const first32OfV4 = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)

/** By these 32 bits every block above can be told. What `::` stands for is nothing but zeros. */
function first32OfV6(address: string): number {
  const [first, second] = address.split(':', 2).map((group) => Number.parseInt(group || '0', 16))
  return (first ?? 0) * 2 ** 16 + (second ?? 0)
}
