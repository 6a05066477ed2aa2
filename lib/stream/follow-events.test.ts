import { expect, test } from 'vitest'
import { createWakeup } from './follow-events'

const ages = 1_000_000

test('wakes who waits, and keeps one ring for who comes later', async () => {
  const bell = createWakeup()
  const waiting = bell.wait(ages)
  bell.ring()
  await waiting
  bell.ring()
  bell.ring()
  await bell.wait(ages)
  const startedAt = performance.now()
  await bell.wait(20)
  expect(performance.now() - startedAt).toBeGreaterThan(15)
})
