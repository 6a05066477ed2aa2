import { expect, test } from 'vitest'
import { originForm } from '../../scripts/server/refuse-request.mjs'

test.each([
  ['/a/b?c=d', '/a/b?c=d'],
  ['//evil.example/x', '/evil.example/x'],
  ['/\\evil.example', '/evil.example'],
  ['///', '/'],
  ['http://evil.example/x?y', '/x?y'],
  ['HTTPS://evil.example', '/'],
  ['http://evil.example?x', '/?x'],
  ['http://evil.example//other/', '/other/'],
  ['/%E2%82%AC?%ff', '/%E2%82%AC?%ff'],
])('normalizes the request target %s to %s', (target, path) => {
  expect(originForm(target)).toBe(path)
})

test.each(['/%', '/%zz', '/%ff', '*', 'x', 'ftp://host/', 'javascript:x'])(
  'rejects the request target %s',
  (target) => {
    expect(originForm(target)).toBeNull()
  },
)
