import { expect, test } from 'vitest'
import { parseMcpServers } from './mcp-servers'

const server = { name: 'weather', url: 'https://mcp.example/mcp' }
const parse = (servers: unknown) => parseMcpServers(JSON.stringify({ servers }))

test('requires approval for writes and refuses private networks by default', () => {
  expect(parse([server])).toEqual({
    servers: [{ ...server, headers: {}, approval: 'writes', privateNetwork: false }],
  })
  const local = { ...server, url: 'http://localhost:4000/mcp', privateNetwork: true, approval: 'never' }
  expect(parse([local])).toMatchObject({ servers: [local] })
})

test.each([
  ['a server without a name', [{ url: server.url }]],
  ['a name with a capital letter', [{ ...server, name: 'Weather' }]],
  ['two servers with the same name', [server, server]],
  ['plain http outside a private network', [{ ...server, url: 'http://mcp.example/mcp' }]],
  ['a protocol other than http and https', [{ ...server, url: 'file:///etc/passwd', privateNetwork: true }]],
  ['a header with a line break', [{ ...server, headers: { authorization: 'a\r\nb: c' } }]],
  ['an unknown field', [{ ...server, command: 'sh' }]],
  ['more than ten servers', Array.from({ length: 11 }, (_, index) => ({ ...server, name: `w${index}` }))],
])('rejects %s', (_, servers) => {
  expect(parse(servers)).toMatchObject({ problems: [expect.any(String)] })
})

test('rejects a malformed list without repeating its values', () => {
  for (const text of ['', '[]', '{"servers":{}}', '{"servers":[{"name":"x","headers":{"a":"secret-7"}}]}'])
    expect(JSON.stringify(parseMcpServers(text))).not.toContain('secret-7')
  expect(parseMcpServers('no json')).toEqual({ problems: ['is not JSON'] })
})
