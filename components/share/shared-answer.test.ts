import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTurns } from './shared-answer'

test('renders one piece of an answer per turn of the event loop', async () => {
  const waitForTurn = createTurns()
  let rendered = 0
  for (let piece = 0; piece < 20; piece++) void waitForTurn().then(() => (rendered += 1))
  await setImmediate()
  expect(rendered).toBeLessThanOrEqual(1)
  await expect.poll(() => rendered).toBe(20)
})
