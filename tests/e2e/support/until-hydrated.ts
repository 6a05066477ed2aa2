import type { Page } from '@playwright/test'

/**
 * Waits until React has hydrated all controls on the page, which it marks with a property. Keyboard listeners are
 * added in effects, so it also waits two frames.
 */
export async function untilHydrated(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('button, input, textarea, a[href]')].every((element) =>
      Object.keys(element).some((key) => key.startsWith('__reactProps$')),
    ),
  )
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
  )
}
