import { expect, test } from 'vitest'
import { type JsonItem, readJsonItems } from './read-json-items'

const limits = { bodyBytes: 100_000, itemCharacters: 1_000, itemValues: 50 }

/**
 * Reads a body that arrives in chunks of `size` bytes. Returns its items, followed by the detail of
 * the error if it is rejected.
 */
async function readAll(
  text: string | Uint8Array,
  { size = 7, type = 'application/json', bodyBytes = limits.bodyBytes } = {},
) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const content = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let from = 0; from < bytes.length; from += size) controller.enqueue(bytes.slice(from, from + size))
      controller.close()
    },
  })
  const seen: (string | JsonItem | { text: string })[] = []
  try {
    const body = { type, declaredBytes: 0, content, list: 'conversations' }
    for await (const item of readJsonItems(body, { ...limits, bodyBytes }))
      seen.push('text' in item ? item.text.trim() : item)
  } catch (error) {
    const { code, details } = error as { code: string; details: { detail?: string } }
    seen.push({ text: details.detail ?? code })
  }
  return seen
}

test.each([1, 3, 1000])('separates items in chunks of %i bytes', async (size) => {
  const items = ['{"a":"[1,2]}\\"","b":[1,{"c":2}]}', '"é, 東京 👍 \\\\"', '7', 'null', '[]', '{}']
  const text = `[${items.join(' ,\n')}]`
  expect(await readAll(text, { size })).toEqual(items)
  expect(
    await readAll(`{"goldfish":1,"x":{"conversations":[9]},"conversations":${text},"z":[1,2]}\n`, { size }),
  ).toEqual(items)
})

test('accepts a long member after the list but not before it', async () => {
  const long = `["${'x'.repeat(1_100_000)}"]`
  const how = { size: 50_000, bodyBytes: 10_000_000 }
  expect(await readAll(`{"conversations":[1,2],"todos":${long},"z":1}`, how)).toEqual(['1', '2'])
  const [refusal] = await readAll(`{"todos":${long},"conversations":[1,2]}`, how)
  expect((refusal as { text: string }).text).toContain('something other')
})

test('returns no items for an empty list with any white space', async () => {
  expect(await readAll('[]')).toEqual([])
  expect(await readAll(' [ \n ] ')).toEqual([])
  expect(await readAll('\ufeff{"conversations":[]}')).toEqual([])
})

test.each([
  ['', [], 'cut off'],
  ['[1,2', ['1'], 'cut off'],
  ['["a', [], 'cut off'],
  ['[1,,2]', ['1'], 'missing before'],
  ['{"a":1}', [], 'no conversations'],
  ['{"x":{"conversations":[9]}}', [], 'no conversations'],
  ['hello', [], 'neither'],
  ['[1] [2]', ['1'], 'neither'],
  ['[1}', [], 'malformed'],
  [`{"a":"${'x'.repeat(1_100_000)}"}`, [], 'body_too_large'],
])('rejects %s after the complete items', async (text, before, reason) => {
  const seen = await readAll(text, { size: 50_000 })
  expect(seen.slice(0, -1)).toEqual(before)
  expect((seen.at(-1) as { text: string }).text).toContain(reason)
})

test('skips an item that is too large or too deep and reads the next one', async () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  expect(await readAll(`["${'x'.repeat(2_000)}",1,${deep},2]`, { size: 500 })).toEqual([
    { refused: 'too large' },
    '1',
    { refused: 'nested too deeply' },
    '2',
  ])
})

test('skips an item with too many values and reads the next one', async () => {
  const [many, enough] = [`[${'{},'.repeat(26)}0]`, `{"a":[${'0,'.repeat(40)}0]}`]
  expect(await readAll(`{"conversations":[${many},${enough}]}`)).toEqual([{ refused: 'too many values' }, enough])
})

test('recognizes the list only at the first bracket of a member', async () => {
  const [refusal] = await readAll('{"x":[][][],"y":1')
  expect((refusal as { text: string }).text).toContain('cut off')
  expect(await readAll(`{"conversations"${' '.repeat(100)}:[1]}`)).toEqual(['1'])
  expect(await readAll('{"x":{"a":[1]},"y":["z"],"conversations":[1]}')).toEqual(['1'])
})

test('rejects other media types and bytes that are not UTF-8', async () => {
  expect(await readAll('[]', { type: 'text/plain' })).toEqual([{ text: 'unsupported_media_type' }])
  expect(await readAll(new Uint8Array([0x5b, 0xff, 0x5d]))).toEqual([{ text: 'The body is not UTF-8 text.' }])
})
