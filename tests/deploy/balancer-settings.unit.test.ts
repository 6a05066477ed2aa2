import { describe, expect, test } from 'vitest'
import { defaultTimeouts } from '@/lib/model/call-deadline'
import { httpLimits } from '@/scripts/server/http-limits.mjs'
import { socketLimits } from '@/scripts/server/limit-sockets.mjs'
import { textOf } from './repository'

/* These tests compare the settings of the balancers with those of the app, because a mismatch would show only
   after minutes. */

const withoutComments = (text: string) => text.replace(/^\s*#.*$/gm, '')
const nginx = withoutComments(textOf('deploy/nginx/goldfish.conf'))
const haproxy = withoutComments(textOf('deploy/haproxy/haproxy.cfg'))

const milliseconds = (text: string | undefined) => {
  const [, amount, unit] = /^(\d+)(ms|s)$/.exec(text ?? '') ?? []
  return Number(amount) * (unit === 's' ? 1000 : 1)
}
/** Returns a directive of the server block, or of the given block. */
const directive = (name: string, block = /server \{[\s\S]*/) =>
  new RegExp(`^ +${name} ([^;]+);$`, 'm').exec(block.exec(nginx)?.[0] ?? '')?.[1]
const timeout = (name: string) => milliseconds(new RegExp(`^ +timeout ${name} (\\S+)$`, 'm').exec(haproxy)?.[1])

const longestSilenceMs = Math.max(defaultTimeouts.firstChunkMs, defaultTimeouts.chunkMs, defaultTimeouts.totalMs)

describe('nginx', () => {
  test('nginx waits longer than the longest silence, but only briefly for a connection', () => {
    expect(milliseconds(directive('proxy_read_timeout'))).toBeGreaterThan(longestSilenceMs + 30_000)
    expect(milliseconds(directive('proxy_connect_timeout'))).toBeLessThanOrEqual(2_000)
    expect(milliseconds(directive('proxy_next_upstream_timeout'))).toBeLessThanOrEqual(10_000)
  })

  test('nginx closes an idle connection before the app does', () => {
    const upstream = /upstream goldfish \{[^}]+\}/
    expect(Number(directive('keepalive', upstream))).toBeGreaterThan(0)
    expect(milliseconds(directive('keepalive_timeout', upstream))).toBeLessThan(httpLimits.keepAliveTimeout)
    expect(directive('proxy_http_version')).toBe('1.1')
  })

  test('nginx gives a slow sender the same time and the same header size as the app', () => {
    expect(milliseconds(directive('client_header_timeout'))).toBe(httpLimits.headersTimeout)
    expect(milliseconds(directive('client_body_timeout'))).toBe(httpLimits.requestTimeout)
    expect(directive('large_client_header_buffers')).toBe(`4 ${httpLimits.maxHeaderSize / 1024}k`)
  })

  test('nginx closes a client that reads nothing and limits the requests of one address like the app', () => {
    expect(milliseconds(directive('send_timeout'))).toBeLessThanOrEqual(30_000)
    expect(directive('reset_timedout_connection')).toBe('on')
    expect(directive('limit_conn')).toBe(`goldfish_clients ${socketLimits.maxPerNetwork}`)
  })

  test('nginx repeats only chat messages after they were sent, because they have an id', () => {
    expect(directive('proxy_next_upstream')).toBe('error timeout')
    expect(nginx.match(/non_idempotent/g)).toHaveLength(1)
    expect(/location \/api\/chat \{[^}]+non_idempotent;[^}]*\}/.test(nginx)).toBe(true)
  })

  test('nginx logs no search queries', () => {
    expect(directive('access_log')).toBe('off')
    expect(directive('error_log')).toBe('stderr crit')
  })
})

describe('HAProxy', () => {
  test('HAProxy waits longer than the longest silence, but only briefly for a connection', () => {
    expect(timeout('server')).toBeGreaterThan(longestSilenceMs + 30_000)
    expect(timeout('connect')).toBeLessThanOrEqual(2_000)
  })

  test('HAProxy gives a slow sender the same time as the app', () => {
    expect(timeout('http-request')).toBe(httpLimits.requestTimeout)
    expect(haproxy).toContain('option http-buffer-request')
  })

  test('HAProxy closes a client that reads nothing and limits the connections of one address like the app', () => {
    expect(timeout('client')).toBeLessThanOrEqual(30_000)
    expect(haproxy).toContain(`sc0_conn_cur gt ${socketLimits.maxPerNetwork}`)
    expect(haproxy).toContain(`maxconn ${socketLimits.maxConnections}`)
  })

  test('HAProxy retries a refused connection on another instance but repeats no request that was sent', () => {
    expect(haproxy).toMatch(/^ +retries 2$/m)
    expect(haproxy).toMatch(/^ +option redispatch 1$/m)
    expect(haproxy).toMatch(/^ +retry-on conn-failure$/m)
  })

  test('HAProxy checks readiness often enough to notice a drain', () => {
    const [, every, fall] = /inter (\S+) fall (\d+)/.exec(haproxy) ?? []
    expect(milliseconds(every) * Number(fall)).toBeLessThanOrEqual(5_000)
    expect(haproxy).toContain('uri /api/health/ready')
  })
})

test('neither balancer uses sticky sessions', () => {
  expect(nginx).not.toMatch(/ip_hash|\bhash\b|sticky|cookie/)
  expect(haproxy).not.toMatch(/stick (on|match|store-request)|cookie|balance (source|uri|hash|hdr)/)
})
