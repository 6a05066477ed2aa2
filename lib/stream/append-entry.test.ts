import { expect, test, vi } from 'vitest'
import { tryTwice } from './append-entry'

test('tryTwice returns the result of the second attempt and passes it `true` as a retry flag', async () => {
  const attempt = vi.fn(async (isRetry: boolean) => {
    if (isRetry) return 'done'
    throw new Error('first')
  })
  expect(await tryTwice(attempt)).toBe('done')
  expect(attempt.mock.calls).toEqual([[false], [true]])
})

test('tryTwice rejects with the second error and makes no third attempt', async () => {
  const attempt = vi.fn(async (isRetry: boolean) => Promise.reject(new Error(`${isRetry}`)))
  await expect(tryTwice(attempt)).rejects.toThrow('true')
  expect(attempt).toHaveBeenCalledTimes(2)
})

test('tryTwice makes a single attempt if it succeeds', async () => {
  const attempt = vi.fn(async () => 'done')
  expect(await tryTwice(attempt)).toBe('done')
  expect(attempt).toHaveBeenCalledTimes(1)
})
