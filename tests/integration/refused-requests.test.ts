import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

let goldfish: Goldfish
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1, env: { LOG_LEVEL: 'info' } })
})
afterAll(() => goldfish?.stop())

const output = () => goldfish.instances[0]?.output() ?? ''
const canary = 'admin-signed-in'
const url = (path: string) => `${goldfish.instances[0]?.url}${path}`

describe('unsupported methods and server actions', () => {
  test.each(
    ['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
      ['/', '/sign-in', '/c/x', '/s/x', '/nothing', '/todos', '/robots.txt', '/api'].map((path) => [method, path]),
    ),
  )('rejects %s %s with 405', async (method, path) => {
    const response = await fetch(url(path as string), { method, body: canary })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' })
  })

  test.each(['/', '/api/todos', '/v1/models', '/s/x'])(
    'rejects a request for a server action at %s with 400',
    async (path) => {
      for (const method of ['GET', 'POST']) {
        const response = await fetch(url(path), { method, headers: { 'next-action': canary } })
        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject({ code: 'invalid_request' })
      }
    },
  )
})

test('a rejected request writes one log line, and no log line contains text of a request', async () => {
  // Next prints a line in its own format while the process starts. That line must not be checked.
  const start = output().length
  const requestId = 'refused-once'
  await fetch(url('/'), { method: 'POST', headers: { 'next-action': canary, 'x-request-id': requestId } })
  await expect
    .poll(() =>
      output()
        .split('\n')
        .filter((line) => line.includes(requestId))
        .map((line) => JSON.parse(line)),
    )
    .toEqual([expect.objectContaining({ msg: 'request refused', status: 400, code: 'invalid_request' })])

  const unusualHeaders = [
    { 'next-router-state-tree': canary },
    { rsc: '1', 'next-router-state-tree': `%5B${canary}`, 'next-url': canary },
    { 'x-forwarded-host': canary, origin: `https://${canary}` },
    { 'x-forwarded-proto': canary },
    { 'x-middleware-rewrite': canary, 'x-middleware-subrequest': canary },
    { 'content-type': `multipart/form-data; boundary=${canary}` },
    { 'accept-language': canary, cookie: `${canary}=${canary}` },
    { 'x-nextjs-data': canary, 'x-matched-path': canary, 'x-now-route-matches': canary },
  ]
  for (const headers of unusualHeaders)
    for (const path of ['/', `/${canary}`, `/c/${canary}`, `/s/${canary}?q=${canary}`, `/_next/image?url=${canary}`])
      await fetch(url(path), { headers, redirect: 'manual' }).then((response) => response.arrayBuffer())
  for (const head of [`GET /${canary} HTTP/1.1\r\nHost: ${canary} x\r\n`, `GET / HTTP/1.1\r\nHost: [${canary}\r\n`]) {
    const socket = connect({ port: goldfish.instances[0]?.port ?? 0, host: '127.0.0.1' })
    socket.write(`${head}Connection: close\r\n\r\n`)
    await text(socket).catch(() => '')
  }
  const lines = output()
    .slice(start)
    .split('\n')
    .filter((line) => line !== '')
  expect(lines.filter((line) => line.includes(canary))).toEqual([])
  for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow()
})

describe('public text files', () => {
  test('security.txt is served without sign-in and has a contact and a future expiry date', async () => {
    const response = await fetch(url('/.well-known/security.txt'))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const fields = new Map(
      (await response.text())
        .trim()
        .split('\n')
        .map((line) => line.split(': ') as [string, string]),
    )
    expect(fields.get('Contact')).toBe('mailto:security@localhost')
    expect(fields.get('Preferred-Languages')).toBe('en, de')
    const daysLeft = (Date.parse(fields.get('Expires') ?? '') - Date.now()) / 86_400_000
    expect(daysLeft).toBeGreaterThan(30)
    // RFC 9116 recommends that the date should be less than a year in the future.
    expect(daysLeft).toBeLessThan(365)
  })

  test('robots.txt excludes the API from crawling', async () => {
    const response = await fetch(url('/robots.txt'))
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('Disallow: /api/')
  })
})
