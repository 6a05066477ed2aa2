import { expect, type Page } from '@playwright/test'

export const composer = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })
export const log = (page: Page) => page.getByRole('log')

/** Answers, by whether they are still being written. */
export const answers = (page: Page, busy?: 'true' | 'false') =>
  log(page).locator(busy ? `article[aria-busy="${busy}"]` : 'article[aria-busy]')

/** Until nothing is being written any more and the next message can be sent. */
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
