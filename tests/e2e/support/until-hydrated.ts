import type { Page } from '@playwright/test'

/**
 * Waits until React has taken over everything on the page that can be pressed or typed into: it marks what it owns. What
 * listens to the keyboard does so in an effect, after what was drawn.
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
