import { expect, test, vi } from 'vitest'
import { tryTwice } from './append-entry'

test('the second attempt decides, and knows that it is one', async () => {
  const attempt = vi.fn(async (again: boolean) => {
    if (again) return 'done'
    throw new Error('first')
  })
  expect(await tryTwice(attempt)).toBe('done')
  expect(attempt.mock.calls).toEqual([[false], [true]])
})

test('there is no third', async () => {
  const attempt = vi.fn(async (again: boolean) => Promise.reject(new Error(`${again}`)))
  await expect(tryTwice(attempt)).rejects.toThrow('true')
  expect(attempt).toHaveBeenCalledTimes(2)
})

test('what works is done once', async () => {
  const attempt = vi.fn(async () => 'done')
  expect(await tryTwice(attempt)).toBe('done')
  expect(attempt).toHaveBeenCalledTimes(1)
})
