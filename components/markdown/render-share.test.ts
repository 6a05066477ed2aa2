import { expect, test } from 'vitest'
import { renderShare } from './render-share'

test('renders a share in steps, between which other requests are served', async () => {
  let [turns, isDone] = [0, false]
  const count = () => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await renderShare([
    { role: 'assistant', text: 'One\n\nTwo\n\nThree' },
    { role: 'assistant', text: 'Four' },
  ])
  isDone = true
  expect(turns).toBeGreaterThan(1)
})
