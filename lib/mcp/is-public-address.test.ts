import { BlockList, isIPv4 } from 'node:net'
import { expect, test } from 'vitest'
import { isPublicAddress } from './guarded-fetch'

test.each(['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])(
  'classifies %s as public',
  (address) => expect(isPublicAddress(address)).toBe(true),
)

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  'fe80::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
  '2001::1',
  '2001:1ff:ffff::1',
  '2001:DB8::1',
  '3fff:fff::1',
  '4000::1',
  '1fff:ffff::1',
  'fe80::1%eth0',
  '::127.0.0.1',
  '0:0:0:0:0:ffff:127.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b:1::7f00:1',
  'fec0::1',
  '999.1.1.1',
  '8.8.8.8.',
  '8.8.8',
  '010.8.8.8',
  ' 8.8.8.8',
  'localhost',
  '0x7f.1',
  '2130706433',
  '',
])('classifies %j as not public', (address) => expect(isPublicAddress(address)).toBe(false))

test('agrees with the BlockList of Node at the edges of all blocks and next to them', () => {
  const blocks = new BlockList()
  const edges: string[] = []
  const block = (first: string, last: string, ...adjacent: string[]) => {
    blocks.addRange(first, last, isIPv4(first) ? 'ipv4' : 'ipv6')
    edges.push(first, last, ...adjacent)
  }
  block('0.0.0.0', '0.255.255.255', '1.0.0.0')
  block('10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0')
  block('100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0')
  block('127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0')
  block('169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0')
  block('172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0')
  block('192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0')
  block('192.0.2.0', '192.0.2.255', '192.0.3.0')
  block('192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0')
  block('198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0')
  block('198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0')
  block('203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0')
  block('224.0.0.0', '255.255.255.255', '223.255.255.255')
  block('::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2000::')
  block('2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', '2000:ffff:ffff::1', '2001:200::')
  block('2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db7:ffff::1', '2001:db9::')
  block('2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:ffff:ffff::1', '2003::')
  block('3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', '3ffe:ffff:ffff::1', '3fff:1000::')
  block('4000::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
  expect(edges.filter(isPublicAddress)).toEqual(
    edges.filter((address) => !blocks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')),
  )
})
