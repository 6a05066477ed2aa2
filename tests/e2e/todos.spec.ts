import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { ownOrigin } from './support/make-chat'
import { expect, test } from './support/test'

const newTodo = (page: Page) => page.getByRole('textbox', { name: 'New todo' })
const tick = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true })
const rows = (page: Page) => page.getByRole('list', { name: 'Todos' }).getByRole('listitem')
const toast = (page: Page) => page.getByRole('button', { name: 'Undo' })

async function makeTodo(page: Page, title: string, more: object = {}): Promise<string> {
  const created = await page.request.post('/api/todos', { data: { title, ...more }, headers: ownOrigin() })
  expect(created.status()).toBe(201)
  return ((await created.json()) as { id: string }).id
}

test('adds and edits todos', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  await page.goto('/todos')
  await expect(page).toHaveTitle(/Todos/)
  await expect(page.getByText('No todos yet')).toBeVisible()
  await expectAccessible(page)

  for (const title of ['Milk', 'Tea', 'Bread']) {
    await newTodo(page).fill(title)
    await newTodo(page).press('Enter')
    await expect(newTodo(page)).toBeFocused()
    await expect(newTodo(page)).toHaveValue('')
  }
  await expect(rows(page)).toHaveText(['Bread', 'Tea', 'Milk'])
  await expect(page.getByRole('status').filter({ hasText: 'Added “Bread”' })).toHaveCount(1)
  await newTodo(page).fill('   ')
  await newTodo(page).press('Enter')
  await expect(rows(page)).toHaveCount(3)

  await page.getByRole('button', { name: 'Milk', exact: true }).click()
  const title = page.getByRole('textbox', { name: 'Title' })
  await expect(title).toBeFocused()
  await title.fill('Oat milk')
  await page.getByRole('textbox', { name: 'Description' }).fill('Two of them\nnot sweet')
  await expectAccessible(page)
  await title.press('Enter')
  await expect(tick(page, 'Oat milk')).toBeFocused()
  await page.getByRole('button', { name: 'Description of “Oat milk”' }).click()
  await expect(page.getByText('not sweet')).toBeVisible()
})

test('completes, filters, deletes and restores todos at their old position', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  for (const title of ['Milk', 'Tea', 'Bread']) await makeTodo(page, title)
  await page.goto('/todos')
  await tick(page, 'Tea').check()
  await expect(page.getByRole('link', { name: 'Active 2' })).toBeVisible()
  await page.getByRole('link', { name: 'Completed 1' }).click()
  await expect(page).toHaveURL(/filter=done/)
  await expect(rows(page)).toHaveText(['Tea'])
  // Unticking removes the todo from this filter.
  await tick(page, 'Tea').click()
  await expect(page.getByText('Nothing completed yet')).toBeVisible()
  await toast(page).click()
  await expect(rows(page)).toHaveText(['Tea'])
  await page.goBack()
  await expect(rows(page)).toHaveCount(3)

  await rows(page).filter({ hasText: 'Tea' }).hover()
  await page.getByRole('button', { name: 'Delete “Tea”' }).click()
  await expect(rows(page)).toHaveCount(2)
  const back = page.waitForResponse(
    (response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/api/todos',
  )
  await toast(page).click()
  await expect(tick(page, 'Tea')).toBeChecked()
  await expect(page.getByRole('link', { name: 'All 3' })).toBeVisible()
  // The page shows all this before the server has stored it.
  await back
  await page.reload()
  await expect(tick(page, 'Tea')).toBeChecked()
  await expect(rows(page)).toHaveText(['Bread', 'Tea', 'Milk'])
})

test('all actions work with the keyboard, and focus stays in the list', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  for (const title of ['Third', 'Second', 'First']) await makeTodo(page, title)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto('/todos')
  await expect(rows(page)).toHaveText(['First', 'Second', 'Third'])
  await tick(page, 'First').focus()
  await page.keyboard.press('ArrowDown')
  await expect(tick(page, 'Second')).toBeFocused()
  await page.keyboard.press('Space')
  await expect(tick(page, 'Second')).toBeChecked()
  await expectAccessible(page)
  await page.keyboard.press('F2')
  await page.getByRole('textbox', { name: 'Title' }).fill('Nowhere')
  await page.keyboard.press('Escape')
  await expect(tick(page, 'Second')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Title' }).fill('Middle')
  await page.keyboard.press('Enter')
  await expect(tick(page, 'Middle')).toBeFocused()
  await page.keyboard.press('Delete')
  await expect(tick(page, 'Third')).toBeFocused()
  await page.keyboard.press('Delete')
  await expect(tick(page, 'First')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Delete')
  await expect(page.getByRole('heading', { name: 'Todos' })).toBeFocused()
  await toast(page).click()
  await expect(rows(page)).toHaveText(['First'])
})

test('shows changes by other tabs and programs without a reload', async ({ page, person, context }) => {
  expect(person.name).toBe('Ada')
  await makeTodo(page, 'Seen by both')
  await page.goto('/todos')
  const other = await context.newPage()
  await other.goto('/todos?filter=open')
  await tick(other, 'Seen by both').click()
  await expect(tick(page, 'Seen by both')).toBeChecked()
  await expect(other.getByText('All done')).toBeVisible()
  await newTodo(page).fill('From the first')
  await newTodo(page).press('Enter')
  await expect(rows(other)).toHaveText(['From the first'])
  // Simulates the announcement of the chat after a tool call.
  await makeTodo(page, 'From a tool')
  await other.evaluate(() => new BroadcastChannel('gf-todos').postMessage('changed'))
  await expect(rows(page)).toHaveText(['From a tool', 'From the first', 'Seen by both'])
  // Simulates a return to the page.
  await makeTodo(page, 'From elsewhere')
  await other.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(rows(other).first()).toHaveText('From elsewhere')
  await other.close()
})

test('a change that cannot be saved is reverted, reported, and can be retried', async ({
  page,
  person,
  cleanConsole,
}) => {
  expect(person.name).toBe('Ada')
  cleanConsole.allow(/net::ERR_INTERNET_DISCONNECTED|Failed to load resource/)
  await makeTodo(page, 'Kept')
  await page.goto('/todos')
  await expect(rows(page)).toHaveText(['Kept'])
  await page.route('**/api/todos**', (route) => route.abort('internetdisconnected'))
  await newTodo(page).fill('Written offline')
  await newTodo(page).press('Enter')
  const notice = page.getByRole('alert').filter({ hasText: 'Couldn’t add “Written offline”.' })
  await expect(notice).toBeVisible()
  await tick(page, 'Kept').click()
  await expect(page.getByRole('alert').filter({ hasText: 'Couldn’t save “Kept”.' })).toBeVisible()
  await expect(tick(page, 'Kept')).not.toBeChecked()
  await expect(rows(page)).toHaveText(['Kept'])
  await expectAccessible(page)
  await page.unroute('**/api/todos**')
  await notice.getByRole('button', { name: 'Retry' }).click()
  await expect(rows(page)).toHaveText(['Written offline', 'Kept'])
  await expect(notice).toHaveCount(0)
  await page.getByRole('button', { name: 'Dismiss' }).first().click()
})

test('a long list loads on scroll, each todo once, and a slow response does not undo a later change', async ({
  page,
  person,
}) => {
  expect(person.name).toBe('Ada')
  const titles = Array.from({ length: 70 }, (_, index) => `Listed ${index + 100}`)
  for (const title of titles) await makeTodo(page, title)
  await page.goto('/todos')
  await expect(rows(page).first()).toHaveText('Listed 169')
  await rows(page).last().scrollIntoViewIfNeeded()
  await expect(rows(page)).toHaveCount(70)
  await rows(page).last().scrollIntoViewIfNeeded()
  await expect(rows(page).last()).toHaveText('Listed 100')

  const gate = Promise.withResolvers<void>()
  let patches = 0
  await page.route('**/api/todos/*', async (route) => {
    patches += 1
    if (patches === 1) await gate.promise
    await route.continue()
  })
  let answered = 0
  page.on('response', (response) => {
    if (response.request().method() === 'PATCH') answered += 1
  })
  const top = tick(page, 'Listed 169')
  await top.check()
  await top.uncheck()
  gate.resolve()
  await expect.poll(() => answered).toBe(2)
  await expect(page.getByRole('link', { name: 'Active 70' })).toBeVisible()
  await page.reload()
  await expect(rows(page).first()).toHaveText('Listed 169')
  await expect(top).not.toBeChecked()
})

test('the todos page is reached from the sidebar and by a command, and supports right-to-left languages', async ({
  page,
  person,
}) => {
  expect(person.name).toBe('Ada')
  await page.goto('/')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('todos')
  await expect(page.getByRole('option', { name: 'Todos' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Todos' })).toBeVisible()
  await page.request.patch('/api/preferences', { data: { language: 'ar' }, headers: ownOrigin() })
  await page.goto('/')
  if ((page.viewportSize()?.width ?? 0) < 600) await page.getByRole('button', { name: 'فتح الشريط الجانبي' }).click()
  await page.getByRole('link', { name: 'المهام' }).click()
  await expect(page.getByRole('heading', { name: 'المهام' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
  await page.getByRole('textbox', { name: 'مهمة جديدة' }).fill('شاي')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('checkbox', { name: 'شاي' })).toBeVisible()
  await expectAccessible(page)
})
