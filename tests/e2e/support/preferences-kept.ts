import type { Page } from '@playwright/test'

/** Does what changes a preference and waits until the server has it; the page shows it before that. */
export async function preferencesKept(page: Page, change: () => Promise<void>): Promise<void> {
  const kept = page.waitForResponse(
    (response) => response.request().method() === 'PATCH' && response.url().endsWith('/api/preferences'),
  )
  await change()
  await kept
}
