import { expect, test } from 'vitest'
import { parseYaml } from './parse-yaml'

test('reads what our files are written in', () => {
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
  ['too much of it', 'a:\n    b: c'],
  ['something below a scalar', 'a: b\n  c: d'],
  ['a tab', 'a:\n\tb: c'],
  ['a key twice', 'a: b\na: c'],
  ['single quotes', "a: 'b'"],
  ['an open quote', 'a: "b'],
  ['a flow map', 'a: { b: c }'],
  ['a block of text', 'a: |\n  b'],
  ['an unknown alias', 'a: *b'],
  ['a colon that a parser would stumble over', 'a: b: c'],
  ['a line that is nothing', 'a: b\nwhat'],
  ['a flow list without quotes', 'a: [b, c]'],
])('refuses %s', (_, text) => {
  expect(() => parseYaml(text)).toThrow(/line \d+/)
})
