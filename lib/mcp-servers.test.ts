import { expect, test } from 'vitest'
import { parseMcpServers } from './mcp-servers'

const server = { name: 'weather', url: 'https://mcp.example/mcp' }
const parse = (servers: unknown) => parseMcpServers(JSON.stringify({ servers }))

test('asks before what changes something, and stays out of the private network, unless it is told otherwise', () => {
  expect(parse([server])).toEqual({
    servers: [{ ...server, headers: {}, approval: 'writes', privateNetwork: false }],
  })
  const local = { ...server, url: 'http://localhost:4000/mcp', privateNetwork: true, approval: 'never' }
  expect(parse([local])).toMatchObject({ servers: [local] })
})

test.each([
  ['no name', [{ url: server.url }]],
  ['a name with a capital', [{ ...server, name: 'Weather' }]],
  ['two of one name', [server, server]],
  ['plain http', [{ ...server, url: 'http://mcp.example/mcp' }]],
  ['another protocol', [{ ...server, url: 'file:///etc/passwd', privateNetwork: true }]],
  ['a header with a line break', [{ ...server, headers: { authorization: 'a\r\nb: c' } }]],
  ['an unknown field', [{ ...server, command: 'sh' }]],
  ['too many', Array.from({ length: 11 }, (_, index) => ({ ...server, name: `w${index}` }))],
])('refuses %s', (_, servers) => {
  expect(parse(servers)).toMatchObject({ complaints: [expect.any(String)] })
})

test('refuses what is no list, and repeats nothing of it', () => {
  for (const text of ['', '[]', '{"servers":{}}', '{"servers":[{"name":"x","headers":{"a":"secret-7"}}]}'])
    expect(JSON.stringify(parseMcpServers(text))).not.toContain('secret-7')
  expect(parseMcpServers('no json')).toEqual({ complaints: ['is not JSON'] })
})
