import { expect, type Page } from '@playwright/test'
import { log } from './composer'

/** How far the messages are scrolled; px. */
export const scrollTop = (page: Page) => log(page).evaluate((box) => box.scrollTop)

/** Where the messages stand once they stand still: what scrolls them has ended before the scrolling has. */
export async function restingPlace(page: Page): Promise<number> {
  let place = Number.NaN
  const stands = async () => {
    const before = place
    place = await scrollTop(page)
    return place === before
  }
  await expect.poll(stands, { intervals: [200] }).toBe(true)
  return place
}
