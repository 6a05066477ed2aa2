import { describe, expect, it } from 'vitest'
import { readDevice } from '@/components/preference/session-list'

describe('readDevice', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36', 'Chrome', 'Linux'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0', 'Edge', 'Windows'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Version/20.0 Safari/604.1', 'Safari', 'iPhone'],
    ['curl/8.9', 'curl/8.9', null],
    ['Mozilla/5.0 (Haiku) Firefox/156.0', 'Firefox', null],
    ['', '', null],
  ])('reads browser and system from the user agent "%s"', (userAgent, browser, system) => {
    expect(readDevice(userAgent)).toEqual({ browser, system })
  })
})
