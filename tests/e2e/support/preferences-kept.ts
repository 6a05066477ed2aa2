import type { Page } from '@playwright/test'

/** Runs `change` and waits until the server has stored the preference. The page shows it before that. */
export async function preferencesKept(page: Page, change: () => Promise<void>): Promise<void> {
  const saved = page.waitForResponse(
    (response) => response.request().method() === 'PATCH' && response.url().endsWith('/api/preferences'),
  )
  await change()
  await saved
}
