import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { makeChat } from './support/make-chat'
import { expect, test } from './support/test'

const field = (page: Page) => page.getByRole('combobox', { name: 'Search and commands' })

test('finds a message by a word and opens it with the keyboard', async ({ page, person }) => {
  const word = `quokka${person.email.slice(0, 8)}`
  const id = await makeChat(page, 'Animals', `What eats a ${word}?`)
  await page.goto('/preferences')
  await page.keyboard.press('Control+k')
  await expect(field(page)).toBeFocused()
  await expect(page.getByRole('option', { name: 'Animals' })).toBeVisible()
  await expectAccessible(page)
  await field(page).fill(word.slice(0, -2))
  const option = page.getByRole('option', { name: 'Animals' })
  await expect(option.locator('mark')).toHaveText(word.slice(0, -2))
  await expect(page.getByRole('dialog').getByRole('status')).toHaveText('1 chat')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/c/${id}$`))
  await expect(page.getByRole('log').getByText(`What eats a ${word}?`)).toBeInViewport()
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await page.keyboard.press('Control+k')
  await field(page).fill('matches no chat')
  await expect(page.getByText('No matching chats')).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('commands are found by text or arrow keys: dark theme, settings, temporary chat, list of shortcuts', async ({
  page,
  person,
}) => {
  expect(person.name).toBe('Ada')
  await page.goto('/')
  await page.keyboard.press('Control+k')
  // The command for the current theme is listed until the settings have loaded.
  await expect(page.getByRole('option', { name: 'Switch to light theme' })).toBeVisible()
  await expect(page.getByRole('option', { name: 'Use system theme' })).toHaveCount(0)
  await field(page).fill('dark')
  await expect(page.getByRole('dialog').getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('Control+k')
  await expect(field(page)).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { name: 'Todos' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { name: 'Settings' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/preferences$/)

  await page.keyboard.press('Control+k')
  await field(page).fill('temporary')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Temporary chat: not in your history, deleted after 24 hours.')).toBeVisible()
  await expect(page).toHaveURL(/\/$/)
  await page.goto('/preferences')

  await page.keyboard.press('Control+/')
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(list).toContainText('Search and commands')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await page.getByRole('checkbox', { name: 'Enable keyboard shortcuts' }).uncheck()
  await expect(page.getByText('Saved')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.press('Control+Shift+o')
  await page.getByRole('checkbox', { name: 'Enable keyboard shortcuts' }).check()
  await expect(page).toHaveURL(/\/preferences$/)
  await expect(field(page)).toHaveCount(0)
  await page.keyboard.press('Control+Shift+o')
  await expect(page).toHaveURL(/\/$/)
})

test('a dialog that opens while another one closes stays open', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  await page.goto('/')
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  // The second time the code is already loaded, so the dialog opens before the close event of the search has
  // fired.
  for (const _ of ['loaded', 'at once']) {
    await page.keyboard.press('Control+k')
    await field(page).fill('shortcuts')
    await page.keyboard.press('Enter')
    await expect(list).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(list).toHaveCount(0)
  }

  await page.keyboard.press('Control+k')
  await expect(field(page)).toBeFocused()
  await page.getByRole('dialog').evaluate((dialog: HTMLDialogElement) => {
    dialog.close()
    document.body.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true, cancelable: true }),
    )
  })
  await expect(field(page)).toBeFocused()
})

test('a search while offline shows an error and can be retried', async ({ page, person, context, cleanConsole }) => {
  expect(person.name).toBe('Ada')
  cleanConsole.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/)
  await page.goto('/')
  await page.keyboard.press('Control+k')
  await expect(field(page)).toBeFocused()
  await context.setOffline(true)
  await field(page).fill('anything')
  const notice = page.getByRole('alert').filter({ hasText: 'Can’t reach Goldfish' })
  await expect(notice).toBeVisible()
  await context.setOffline(false)
  await notice.getByRole('button', { name: 'Retry' }).click()
  await expect(page.getByText('No matching chats')).toBeVisible()
})
