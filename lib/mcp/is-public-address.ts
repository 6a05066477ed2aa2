import { BlockList, isIPv6 } from 'node:net'

/** Everything that IANA gives to no host on the open internet (its special-purpose registries), as first address and bits. */
const notPublic = [
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
] as const

/** Whether this IP address is a host on the open internet. False for whatever is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIPv6(address)) {
    const blocks = new BlockList()
    // 2000::/3 is all that is given out; within it stand tunnels, which carry IPv4 addresses of any kind, and examples.
    blocks.addSubnet('2001::', 23, 'ipv6')
    blocks.addSubnet('2001:db8::', 32, 'ipv6')
    blocks.addSubnet('2002::', 16, 'ipv6')
    blocks.addSubnet('3fff::', 20, 'ipv6')
    const given = new BlockList()
    given.addSubnet('2000::', 3, 'ipv6')
    return given.check(address, 'ipv6') && !blocks.check(address, 'ipv6')
  }
  const blocks = new BlockList()
  for (const [first, bits] of notPublic) blocks.addSubnet(first, bits)
  return /^\d+\.\d+\.\d+\.\d+$/.test(address) && !blocks.check(address)
}
