import { describe, expect, test } from 'vitest'
import { clientAddress, networkOf } from './client-address'

const from = (chain: string, hops: number) => clientAddress(new Headers({ 'x-forwarded-for': chain }), hops)

describe('clientAddress', () => {
  test('counts the hops from the right, where only trusted proxies write', () => {
    expect(from('203.0.113.9', 0)).toBe('203.0.113.9')
    expect(from('203.0.113.9, 10.0.0.1', 1)).toBe('203.0.113.9')
    expect(from('198.51.100.1, 1.2.3.4, 203.0.113.9,10.0.0.2, 10.0.0.1', 2)).toBe('203.0.113.9')
  })

  test('returns null if the chain is too short or the entry is not an address', () => {
    expect(clientAddress(new Headers(), 0)).toBeNull()
    expect(from('203.0.113.9', 1)).toBeNull()
    expect(from('unknown, 10.0.0.1', 1)).toBeNull()
    expect(from('203.0.113.9:443, 10.0.0.1', 1)).toBeNull()
  })
})

describe('networkOf', () => {
  test('returns one network for all addresses of an IPv6 /64, in every spelling', () => {
    const spellings = [
      '2001:db8:12:ab::1',
      '2001:DB8:12:AB::1',
      '2001:0db8:0012:00ab:0000:0000:0000:0001',
      '2001:db8:12:ab:0::1',
      '2001:db8:12:ab:ffff:ffff:ffff:ffff',
      '2001:db8:12:ab::192.0.2.1',
      '2001:db8:12:ab::1%eth0',
    ]
    expect(new Set(spellings.map(networkOf))).toEqual(new Set(['2001:db8:12:ab::/64']))
    expect(networkOf('2001:db8:12:ac::1')).not.toBe(networkOf('2001:db8:12:ab::1'))
  })

  test('expands `::` to the right number of zero groups', () => {
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
    expect(networkOf('2001:db8::')).toBe('2001:db8:0:0::/64')
    expect(networkOf('2001:db8::5:6:7:8')).toBe('2001:db8:0:0::/64')
    expect(networkOf('0:0:0:7::')).toBe('0:0:0:7::/64')
  })

  test('treats an IPv4-mapped IPv6 address as the IPv4 address', () => {
    const spellings = [
      '192.0.2.77',
      '::ffff:192.0.2.77',
      '::FFFF:c000:24d',
      '0:0:0:0:0:ffff:192.0.2.1',
      '0000:0000:0000:0000:0000:ffff:c000:02ff',
    ]
    expect(new Set(spellings.map(networkOf))).toEqual(new Set(['192.0.2.0/24']))
    expect(networkOf('192.0.3.77')).toBe('192.0.3.0/24')
  })

  test('returns one shared network for all clients without an address', () => {
    expect(networkOf(null)).toBe('unknown')
  })
})
