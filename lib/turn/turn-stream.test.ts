import { expect, test } from 'vitest'
import { openTurnStream } from './turn-stream'

const megabyte = 'x'.repeat(1024 * 1024)

test('disconnects a client that lags too far behind and drops its unread data', async () => {
  const stream = openTurnStream()
  const reader = stream.response.getReader()
  for (let count = 0; count < 3; count++) stream.send([megabyte])
  expect(stream.closed.aborted).toBe(false)
  stream.send([megabyte])
  expect(stream.closed.aborted).toBe(true)
  await expect(reader.read()).rejects.toMatchObject({ name: 'AbortError' })
  // The turn continues to write and ends normally.
  stream.send([megabyte])
  stream.close()
})

test('does not disconnect a client that keeps reading, regardless of the amount of data', async () => {
  const stream = openTurnStream()
  const reader = stream.response.getReader()
  for (let count = 0; count < 20; count++) {
    stream.send([megabyte])
    expect((await reader.read()).done).toBe(false)
  }
  expect(stream.closed.aborted).toBe(false)
})
