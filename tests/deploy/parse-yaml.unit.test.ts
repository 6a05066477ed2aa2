import { expect, test } from 'vitest'
import { parseYaml } from './parse-yaml'

test('parses the supported syntax', () => {
  const text = `
# a comment
name: goldfish # another
x-app: &app
  image: "a: b # c"
  empty:
  list:
    - one
    - key: 1
      more: 2
services:
  app-1:
    <<: *app
    image: own
    command: ["node", "a.mjs"]
  app-2: *app
`
  const app = { image: 'a: b # c', empty: null, list: ['one', { key: '1', more: '2' }] }
  expect(parseYaml(text)).toEqual({
    name: 'goldfish',
    'x-app': app,
    services: { 'app-1': { ...app, image: 'own', command: ['node', 'a.mjs'] }, 'app-2': app },
  })
})

test.each([
  ['odd indentation', 'a:\n   b: c'],
  ['indentation by four spaces', 'a:\n    b: c'],
  ['a map below a scalar', 'a: b\n  c: d'],
  ['a tab', 'a:\n\tb: c'],
  ['a duplicate key', 'a: b\na: c'],
  ['single quotes', "a: 'b'"],
  ['an unclosed quote', 'a: "b'],
  ['a flow map', 'a: { b: c }'],
  ['a block scalar', 'a: |\n  b'],
  ['an unknown alias', 'a: *b'],
  ['an unquoted text with a colon', 'a: b: c'],
  ['a line without a key', 'a: b\nwhat'],
  ['a flow list without quotes', 'a: [b, c]'],
])('rejects %s', (_, text) => {
  expect(() => parseYaml(text)).toThrow(/line \d+/)
})
