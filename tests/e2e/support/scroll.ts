import { expect, type Page } from '@playwright/test'
import { log } from './composer'

/** Returns the scroll position of the messages in pixels. */
export const scrollTop = (page: Page) => log(page).evaluate((box) => box.scrollTop)

/**
 * Returns the scroll position once it has stopped changing. Smooth scrolling continues after the call that
 * started it.
 */
export async function restingPlace(page: Page): Promise<number> {
  let place = Number.NaN
  const isStill = async () => {
    const before = place
    place = await scrollTop(page)
    return place === before
  }
  await expect.poll(isStill, { intervals: [200] }).toBe(true)
  return place
}
