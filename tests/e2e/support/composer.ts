import { expect, type Page } from '@playwright/test'

export const composer = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })
export const log = (page: Page) => page.getByRole('log')

/** Locates the answers, optionally only running or only finished ones. */
export const answers = (page: Page, busy?: 'true' | 'false') =>
  log(page).locator(busy ? `article[aria-busy="${busy}"]` : 'article[aria-busy]')

/** Waits until no answer is running, so that the next message is sent directly. */
export async function untilIdle(page: Page) {
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeVisible({ timeout: 20_000 })
  await expect(answers(page, 'true')).toHaveCount(0)
}

/** Sends a text and waits until its answer has ended. */
export async function ask(page: Page, text: string) {
  await composer(page).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(log(page).getByText(text, { exact: true })).toBeVisible()
  await untilIdle(page)
}
