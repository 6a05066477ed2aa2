import type { Page } from '@playwright/test'

/** Waits until React has taken over everything on the page that can be pressed or typed into. It marks what it owns. */
export async function untilHydrated(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('button, input, textarea, a[href]')].every((element) =>
      Object.keys(element).some((key) => key.startsWith('__reactProps$')),
    ),
  )
}
