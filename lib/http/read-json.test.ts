import { expect, test, vi } from 'vitest'
import { AppError } from '@/lib/errors'
import { readJson, smallBodyBytes } from './read-json'

const limit = 256 * 1024

/** Returns a request whose body arrives in chunks, and a counter of the bytes that were read from it. */
function requestOf(pieces: readonly string[], headers: Record<string, string> = {}) {
  const consumed = { bytes: 0 }
  const rest = pieces.map((piece) => new TextEncoder().encode(piece))
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const piece = rest.shift()
        if (!piece) return controller.close()
        consumed.bytes += piece.byteLength
        controller.enqueue(piece)
      },
    },
    { highWaterMark: 0 },
  )
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body, duplex: 'half' }
  return { request: new Request('http://localhost', init as RequestInit), consumed }
}

const piece = 'x'.repeat(16 * 1024)
const large = ['"', ...Array.from({ length: 8 }, () => piece), '"']
const refuse = async () => {
  throw new AppError('unauthenticated')
}

test('reads a small body without looking up the caller', async () => {
  const beforeLarge = vi.fn(refuse)
  const { request } = requestOf(['{"a":', '1}'])
  expect(await readJson(request, limit, beforeLarge)).toEqual({ a: 1 })
  expect(beforeLarge).not.toHaveBeenCalled()
})

test('looks up the caller once before it continues to read a large body', async () => {
  const beforeLarge = vi.fn(async () => undefined)
  const { request } = requestOf(large)
  expect(await readJson(request, limit, beforeLarge)).toHaveLength(8 * piece.length)
  expect(beforeLarge).toHaveBeenCalledTimes(1)
})

test('reads no more than the size of a small body if the caller is rejected', async () => {
  const { request, consumed } = requestOf(large)
  await expect(readJson(request, limit, refuse)).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(consumed.bytes).toBeLessThanOrEqual(smallBodyBytes + piece.length)
})

test('reads nothing of a body with a large declared length if the caller is rejected', async () => {
  const { request, consumed } = requestOf(large, { 'content-length': String(100 * 1024) })
  await expect(readJson(request, limit, refuse)).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(consumed.bytes).toBe(0)
})

test('stops at the limit with and without a declared length', async () => {
  const endless = Array.from({ length: 1000 }, () => piece)
  const { request, consumed } = requestOf(endless)
  await expect(readJson(request, limit)).rejects.toMatchObject({ code: 'body_too_large' })
  expect(consumed.bytes).toBeLessThanOrEqual(limit + piece.length)
  const declared = requestOf(endless, { 'content-length': String(limit + 1) })
  await expect(readJson(declared.request, limit)).rejects.toMatchObject({ code: 'body_too_large' })
  expect(declared.consumed.bytes).toBe(0)
})

test('rethrows the errors of the lookup unchanged', async () => {
  const down = new Error('the database is unavailable')
  await expect(readJson(requestOf(large).request, limit, () => Promise.reject(down))).rejects.toBe(down)
})

test('rejects more values than any schema accepts', async () => {
  const body = (count: number) => requestOf([`[${'0,'.repeat(count - 1)}0]`]).request
  expect(await readJson(body(19_999), limit)).toHaveLength(19_999)
  await expect(readJson(body(20_000), limit)).rejects.toMatchObject({
    code: 'invalid_request',
    details: { fields: [{ path: '[19999]', message: 'is one of more than 20000 values' }] },
  })
})

test.each([
  ['bytes that are not UTF-8', '\ud800"'],
  ['a body that is cut off', '{"a":'],
])('rejects %s', async (_, text) => {
  await expect(readJson(requestOf([text]).request, limit)).rejects.toMatchObject({ code: 'invalid_request' })
})
