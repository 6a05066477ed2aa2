import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { makeChat, ownOrigin } from './support/make-chat'
import { expect, test } from './support/test'

const composer = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 600
/** Returns the sidebar. On a phone it is a drawer, which is opened first. */
async function sidebar(page: Page) {
  if (!isPhone(page)) return page.getByRole('complementary', { name: 'Sidebar' })
  const drawer = page.getByRole('dialog', { name: 'Sidebar' })
  if (!(await drawer.isVisible())) await page.getByRole('button', { name: 'Open sidebar' }).click()
  return drawer
}

test('the menu of a conversation renames, pins, archives and deletes with mouse and keyboard, and deleting can be undone', async ({
  page,
  person,
}) => {
  expect(person.name).toBe('Ada')
  const id = await makeChat(page, 'Lisbon')
  await makeChat(page, 'Porto')
  await page.goto(`/c/${id}`)
  const bar = await sidebar(page)
  const row = bar.getByRole('link', { name: 'Lisbon' })
  await expect(row).toBeVisible()
  await expect(bar.getByRole('heading', { name: 'Today' })).toBeVisible()

  const more = bar.getByRole('button', { name: 'Options for Lisbon' })
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await expectAccessible(page)
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)
  await expect(more).toBeFocused()

  const startRenaming = async () => {
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
    await page.keyboard.press('Enter')
  }
  await startRenaming()
  const field = bar.getByRole('textbox', { name: 'Chat title' })
  await expect(field).toBeFocused()
  await field.fill('Nowhere')
  await page.keyboard.press('Escape')
  await expect(row).toBeVisible()
  await expect(more).toBeFocused()
  await startRenaming()
  await expect(field).toBeFocused()
  await field.fill('A week in Lisbon')
  await page.keyboard.press('Enter')
  await expect(bar.getByRole('button', { name: 'Options for A week in Lisbon' })).toBeFocused()

  const menu = async (title: string, entry: string) => {
    await bar.getByRole('listitem').filter({ hasText: title }).hover()
    await bar.getByRole('button', { name: `Options for ${title}` }).click()
    await page.getByRole('menuitem', { name: entry, exact: true }).click()
  }
  await menu('Porto', 'Pin')
  await expect(bar.getByRole('heading', { name: 'Pinned' })).toBeVisible()
  await menu('A week in Lisbon', 'Archive')
  await expect(bar.getByRole('link', { name: 'A week in Lisbon' })).toHaveCount(0)
  await bar.getByRole('button', { name: 'Archived' }).click()
  await expect(bar.getByRole('link', { name: 'A week in Lisbon' })).toBeVisible()
  await menu('A week in Lisbon', 'Unarchive')
  await expect(bar.getByText('No archived chats')).toBeVisible()
  await bar.getByRole('button', { name: 'Back' }).click()

  await menu('A week in Lisbon', 'Delete')
  await expect(page).toHaveURL(/\/$/)
  await expect(bar.getByRole('link', { name: 'A week in Lisbon' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page).toHaveURL(new RegExp(id))
  await page.reload()
  await expect((await sidebar(page)).getByRole('link', { name: 'A week in Lisbon' })).toBeVisible()
  await expect((await sidebar(page)).getByRole('heading', { name: 'Pinned' })).toBeVisible()
})

test('marks a running chat and then its unread answer, also in other tabs', async ({ page, person, context }) => {
  const other = await context.newPage()
  await other.goto('/preferences')
  const storageEvents = await other.evaluateHandle(() => {
    const count = { events: 0 }
    window.addEventListener('storage', () => {
      count.events += 1
    })
    return count
  })
  // A background tab renders only one frame per second, and each click waits for two frames.
  await page.bringToFront()
  await page.goto('/')
  const mark = `Slow ${person.email.slice(0, 8)}`
  await composer(page).fill(`${mark} [stub:tokens=3000] [stub:gap=15]`)
  await composer(page).press('Enter')
  await expect(page).toHaveURL(/\/c\//)
  const address = page.url()
  const elsewhere = (await sidebar(other)).getByRole('link', { name: mark })
  await expect(elsewhere).toContainText('Answering')

  await page.goto('/preferences')
  await expect((await sidebar(page)).getByRole('link', { name: mark })).toContainText('Answering')
  const stop = `/api/chat/${address.split('/').at(-1)}/stop`
  await page.request.post(stop, { headers: ownOrigin() })
  await expect((await sidebar(page)).getByRole('link', { name: mark })).toContainText('New answer', {
    // No page follows that turn any more, so the list shows its end only after the next poll.
    timeout: 20_000,
  })
  await (await sidebar(page)).getByRole('link', { name: mark }).click()
  await expect(page).toHaveURL(address)
  await expect((await sidebar(page)).getByRole('link', { name: mark })).not.toContainText('New answer')
  await expect(elsewhere).not.toContainText('New answer')
  // The tabs must exchange only real changes. Otherwise they would write to the storage endlessly.
  expect(await storageEvents.evaluate(({ events }) => events)).toBeLessThan(50)
  await other.close()
})

test('loads older conversations on scroll, each only once', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  const names = Array.from({ length: 42 }, (_, index) => `Listed ${index + 100}`)
  for (const name of names) await makeChat(page, name)
  await page.goto('/preferences')
  const bar = await sidebar(page)
  const rows = bar.getByRole('link', { name: /^Listed/ })
  await expect(rows.first()).toHaveText('Listed 141')
  await bar.getByRole('button', { name: 'Archived' }).scrollIntoViewIfNeeded()
  await expect(rows).toHaveCount(42)
  await expect(rows.last()).toHaveText('Listed 100')
})
