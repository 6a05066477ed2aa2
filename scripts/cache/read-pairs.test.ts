import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readPairs } from './read-pairs.mjs'

const folder = mkdtempSync(join(tmpdir(), 'pairs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'pairs.jsonl')
const read = (text: string) => {
  writeFileSync(file, text)
  return readPairs(file)
}

test('reads one pair per line and skips blank lines', () => {
  const pair = { id: '1', a: 'x', b: 'y', same: true, slice: 's' }
  expect(read(`${JSON.stringify(pair)}\n\n${JSON.stringify({ ...pair, id: '2' })}\n`)).toEqual([
    pair,
    { ...pair, id: '2' },
  ])
})

test.each([
  ['{"a":"x","b":"y","same":true,"slice":"s"}\n{bad', `${file}:2: is not JSON`],
  ['null', `${file}:1: "a" is not a string`],
  ['{"a":"x","b":"y","slice":"s"}', `${file}:1: "same" is not true or false`],
  ['\n', `${file}: contains no pairs`],
])('rejects a file of %j with the place of the error', (text, message) => {
  expect(() => read(text)).toThrow(message)
})

test('rejects a file that does not exist', () => {
  expect(() => readPairs(join(folder, 'nothing'))).toThrow('cannot read the file (ENOENT)')
})
