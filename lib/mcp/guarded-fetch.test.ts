/** Tests which addresses are connected to, by counting the connections that arrive at a server. */
import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { scriptedServers } from '@/tests/services/scripted-server'
import { guardedFetch } from './guarded-fetch'

const megabyte = 1024 * 1024
const { start } = scriptedServers()

/** A resolver that returns these answers for any name, one after another, and records the names. */
function fakeResolver(...answers: string[][]) {
  const lookups: string[] = []
  const lookUp = async (hostname: string) => {
    const addresses = answers[Math.min(lookups.length, answers.length - 1)] ?? []
    lookups.push(hostname)
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { lookups, lookUp }
}
function endable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
const longTimeout = { timeout: 8_000 }
const inside = guardedFetch({ privateNetwork: true })
const textOf = async (response: Promise<Response>) => (await response).text()

describe('guardedFetch without the private network', () => {
  test.each([
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '127.0.1',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '017700000001',
    '2130706433',
    '１２７。０。０。１',
    '①②⑦.⓪.⓪.①',
    '%31%32%37.0.0.1',
    '0.0.0.0',
    '0',
    'localhost',
    'LOCALHOST',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    '169.254.169.254',
    '[fe80::1]',
    '[fd00:ec2::254]',
    'user:password@127.0.0.1',
    '1.1.1.1@127.0.0.1',
  ])('rejects %s without connecting', async (host) => {
    const server = await start()
    const fetchOutside = guardedFetch({ privateNetwork: false })
    for (const protocol of ['http', 'https'])
      await expect(fetchOutside(`${protocol}://${host}:${server.port}/mcp`)).rejects.toThrow(
        new TypeError('The server is not on the public internet.'),
      )
    expect(server.connections()).toBe(0)
  })

  test.each([
    ['one private address', ['127.0.0.1']],
    ['a private address after a public one', ['1.1.1.1', '127.0.0.1']],
    ['a private address before a public one', ['127.0.0.1', '1.1.1.1']],
    ['a private IPv6 address after a public one', ['1.1.1.1', '::1']],
    ['an IPv4-mapped address', ['::ffff:127.0.0.1']],
    ['an address with a zone', ['fe80::1%lo']],
    ['the address of a cloud metadata service', ['169.254.169.254']],
    ['no address', []],
  ])('rejects a name with %s, even with a trailing dot', async (_, addresses) => {
    const server = await start()
    const { lookups, lookUp } = fakeResolver(addresses)
    const fetchOutside = guardedFetch({ privateNetwork: false, lookUp })
    for (const host of ['tools.invalid', 'tools.invalid.'])
      await expect(fetchOutside(`https://${host}:${server.port}/`)).rejects.toThrow(
        new TypeError('The server is not on the public internet.'),
      )
    expect(lookups).toEqual(['tools.invalid', 'tools.invalid.'])
    expect(server.connections()).toBe(0)
  })
})

describe('guardedFetch and names', () => {
  test('connects to the address of its single lookup even if the name then resolves to another one', async () => {
    const server = await start()
    // Only this resolver knows the name, so the connection must use its first answer.
    const { lookups, lookUp } = fakeResolver(['127.0.0.1'], ['127.0.0.2'])
    const url = `http://rebinding.invalid:${server.port}/mcp`
    expect(await textOf(guardedFetch({ privateNetwork: true, lookUp })(url))).toBe('inside')
    expect(lookups).toEqual(['rebinding.invalid'])
    expect(server.connections()).toBe(1)
  })

  test('looks up the name again for the next request, and rejects a private address', async () => {
    const server = await start()
    const { lookups, lookUp } = fakeResolver(['127.0.0.1'], ['127.0.0.1'])
    const url = `http://rebinding.invalid:${server.port}/mcp`
    expect(await textOf(guardedFetch({ privateNetwork: true, lookUp })(url))).toBe('inside')
    await expect(guardedFetch({ privateNetwork: false, lookUp })(url)).rejects.toThrow('public internet')
    expect(lookups).toHaveLength(2)
    expect(server.connections()).toBe(1)
  })

  test('sends the name in the Host header', async () => {
    const server = await start((request, response) => response.end(request.headers.host))
    const { lookUp } = fakeResolver(['127.0.0.1'])
    const url = `http://tools.invalid:${server.port}/mcp`
    expect(await textOf(guardedFetch({ privateNetwork: true, lookUp })(url))).toBe(`tools.invalid:${server.port}`)
  })
})

test.each([300, 301, 302, 303, 304, 307, 308])(
  'rejects a redirect with status %i and does not follow it',
  async (status) => {
    const target = await start()
    const server = await start((_, response) => {
      response.writeHead(status, { location: target.url })
      response.flushHeaders()
    })
    for (const init of [{}, { method: 'POST', body: '{}' }, { redirect: 'follow' as const }])
      await expect(inside(server.url, init)).rejects.toThrow(TypeError)
    expect(target.connections()).toBe(0)
    await expect.poll(server.open, longTimeout).toBe(0)
  },
)

describe('guardedFetch and bodies', () => {
  test('reads a body of one megabyte', async () => {
    const server = await start((_, response) => response.end('x'.repeat(megabyte)))
    expect(await textOf(inside(server.url))).toHaveLength(megabyte)
    await expect.poll(server.open, longTimeout).toBe(0)
  })

  test('rejects a body above one megabyte and closes the connection', async () => {
    const server = await start((_, response) => response.end('x'.repeat(megabyte + 1)))
    await expect(textOf(inside(server.url))).rejects.toThrow('The response is larger than one megabyte.')
    await expect.poll(server.open, longTimeout).toBe(0)
  })

  test.each(['text/event-stream', 'application/json'])(
    'rejects an endless body of type %s and closes the connection',
    async (type) => {
      const server = await start((_, response) => {
        response.writeHead(200, { 'content-type': type })
        const more = () => {
          while (!response.destroyed && response.write(': still here\n'.repeat(1_000)));
        }
        response.on('drain', more)
        more()
      })
      await expect(textOf(inside(server.url))).rejects.toThrow('The response is larger than one megabyte.')
      await expect.poll(server.open, longTimeout).toBe(0)
    },
  )

  test('does not decompress a body', async () => {
    const packed = Buffer.from('not really gzip')
    const server = await start((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(packed)
    })
    expect(Buffer.from(await (await inside(server.url)).arrayBuffer())).toEqual(packed)
  })

  test('rejects a body that is cut off', async () => {
    const server = await start((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    })
    await expect(textOf(inside(server.url))).rejects.toThrow(/aborted|terminated/)
  })

  test('closes the connection when the reader cancels the body', async () => {
    const server = await start((_, response) => void response.write('x'.repeat(1_000)))
    const reader = (await inside(server.url)).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await expect.poll(server.open, longTimeout).toBe(0)
  })

  test('returns no body for 204, for 205 and for HEAD requests', async () => {
    const server = await start((request, response) => response.writeHead(Number(request.url?.slice(1))).end())
    for (const status of [204, 205]) {
      const response = await inside(new URL(`/${status}`, server.url))
      expect([response.status, response.body]).toEqual([status, null])
    }
    expect((await inside(new URL('/200', server.url), { method: 'HEAD' })).body).toBeNull()
    await expect.poll(server.open, longTimeout).toBe(0)
  })
})

describe.each([
  ['nothing', () => undefined],
  ['half of a body', (_, response) => void response.writeHead(200).write('half')],
] as [string, RequestListener][])('guardedFetch for a server that sends %s', (_, answer) => {
  test.each(['the request', 'all requests'])('closes the connection when the signal of %s aborts', async (scope) => {
    const server = await start(answer)
    const { signal, abort } = endable()
    const fetchNow = scope === 'the request' ? inside : guardedFetch({ privateNetwork: true, until: signal })
    const reading = textOf(fetchNow(server.url, scope === 'the request' ? { signal } : {})).catch((error) => error)
    await expect.poll(server.open, longTimeout).toBe(1)
    abort()
    expect(await reading).toBeInstanceOf(Error)
    await expect.poll(server.open, longTimeout).toBe(0)
  })
})

test('neither looks up a name nor connects after an abort', async () => {
  const server = await start()
  const { lookups, lookUp } = fakeResolver(['127.0.0.1'])
  const aborted = AbortSignal.abort()
  const url = `http://tools.invalid:${server.port}/`
  await expect(guardedFetch({ privateNetwork: true, lookUp, until: aborted })(url)).rejects.toThrow(/abort/)
  await expect(guardedFetch({ privateNetwork: true, lookUp })(url, { signal: aborted })).rejects.toThrow(/abort/)
  expect(lookups).toEqual([])
  const { signal, abort } = endable()
  const late = guardedFetch({
    privateNetwork: true,
    lookUp: async (name) => {
      abort()
      return lookUp(name)
    },
  })
  await expect(late(url, { signal })).rejects.toThrow(/abort/)
  expect(server.connections()).toBe(0)
})

test.each([
  ['an invalid status', 'HTTP/1.1 999 Strange\r\ncontent-length: 0\r\n\r\n'],
  ['a switch to another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ['a response that is not HTTP', '220 mail.example ESMTP\r\n'],
  ['headers above the size limit', `HTTP/1.1 200 OK\r\n${'x-more: and more\r\n'.repeat(10_000)}`],
  ['a connection that is closed without a response', ''],
])('rejects %s', async (_, bytes) => {
  const server = await start((request) => void request.socket.end(bytes))
  await expect(inside(server.url)).rejects.toThrow(TypeError)
  await expect.poll(server.open, longTimeout).toBe(0)
})

test('rejects a name that cannot be resolved', async () => {
  const lookUp = () => Promise.reject(new Error('ENOTFOUND'))
  await expect(guardedFetch({ privateNetwork: true, lookUp })('https://tools.invalid/')).rejects.toThrow(
    new TypeError('The server cannot be reached.'),
  )
})

test.each(['ftp://1.1.1.1/', 'file:///etc/passwd', 'data:text/plain,x', 'no address'])(
  'rejects the URL %j',
  async (url) => {
    await expect(inside(url)).rejects.toThrow(TypeError)
  },
)
