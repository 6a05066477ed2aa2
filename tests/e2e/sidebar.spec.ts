import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { makeChat, ownOrigin } from './support/make-chat'
import { expect, test } from './support/test'

const composer = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 600
/** The sidebar, which on a phone is a drawer that has to be opened. */
async function sidebar(page: Page) {
  if (!isPhone(page)) return page.getByRole('complementary', { name: 'Sidebar' })
  const drawer = page.getByRole('dialog', { name: 'Sidebar' })
  if (!(await drawer.isVisible())) await page.getByRole('button', { name: 'Open sidebar' }).click()
  return drawer
}

test('a row’s menu renames, pins, archives and deletes, by keyboard too, and what it takes away comes back', async ({
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
  const field = bar.getByRole('textbox', { name: 'Title of the chat' })
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
  await menu('A week in Lisbon', 'Move out of the archive')
  await expect(bar.getByText('No chat is archived.')).toBeVisible()
  await bar.getByRole('button', { name: 'All chats' }).click()

  await menu('A week in Lisbon', 'Delete')
  await expect(page).toHaveURL(/\/$/)
  await expect(bar.getByRole('link', { name: 'A week in Lisbon' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page).toHaveURL(new RegExp(id))
  await page.reload()
  await expect((await sidebar(page)).getByRole('link', { name: 'A week in Lisbon' })).toBeVisible()
  await expect((await sidebar(page)).getByRole('heading', { name: 'Pinned' })).toBeVisible()
})

test('a running chat says so, and after its end that nobody has seen it; other tabs know at once', async ({
  page,
  person,
  context,
}) => {
  const other = await context.newPage()
  await other.goto('/preferences')
  const heard = await other.evaluateHandle(() => {
    const count = { events: 0 }
    window.addEventListener('storage', () => {
      count.events += 1
    })
    return count
  })
  // A tab behind another one draws a frame a second, and each click waits for two.
  await page.bringToFront()
  await page.goto('/')
  const mark = `Slow ${person.email.slice(0, 8)}`
  await composer(page).fill(`${mark} [stub:tokens=3000] [stub:gap=15]`)
  await composer(page).press('Enter')
  await expect(page).toHaveURL(/\/c\//)
  const address = page.url()
  const elsewhere = (await sidebar(other)).getByRole('link', { name: mark })
  await expect(elsewhere).toContainText('An answer is being written')

  await page.goto('/preferences')
  await expect((await sidebar(page)).getByRole('link', { name: mark })).toContainText('An answer is being written')
  const stop = `/api/chat/${address.split('/').at(-1)}/stop`
  await page.request.post(stop, { headers: ownOrigin() })
  await expect((await sidebar(page)).getByRole('link', { name: mark })).toContainText('New answer', {
    // Nobody follows that turn any more: the list tells of its end when it is read the next time.
    timeout: 20_000,
  })
  await (await sidebar(page)).getByRole('link', { name: mark }).click()
  await expect(page).toHaveURL(address)
  await expect((await sidebar(page)).getByRole('link', { name: mark })).not.toContainText('New answer')
  await expect(elsewhere).not.toContainText('New answer')
  // They tell each other what is new, and not what is not.
  expect(await heard.evaluate(({ events }) => events)).toBeLessThan(50)
  await other.close()
})

test('older chats are loaded on scroll, each once', async ({ page, person }) => {
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
