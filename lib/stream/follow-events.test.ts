import { expect, test } from 'vitest'
import { createWakeup } from './follow-events'

const longTimeMs = 1_000_000

test('a wakeup ends the current wait and keeps one notification for the next wait', async () => {
  const wakeup = createWakeup()
  const waiting = wakeup.wait(longTimeMs)
  wakeup.notify()
  await waiting
  wakeup.notify()
  wakeup.notify()
  await wakeup.wait(longTimeMs)
  const startedAt = performance.now()
  await wakeup.wait(20)
  expect(performance.now() - startedAt).toBeGreaterThan(15)
})
