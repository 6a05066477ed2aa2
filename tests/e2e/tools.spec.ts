import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { answers, ask, composer, log, untilIdle } from './support/composer'
import { expect, test } from './support/test'
import { calls, makeTodo, todoTitles } from './support/tools'

/** Locates a step of a tool card by its text. */
const step = (page: Page, text: string | RegExp) =>
  log(page).getByRole('listitem').filter({ hasText: text, visible: true })
const undo = (page: Page, text: string) => step(page, text).getByRole('button', { name: 'Undo' })

test('shows the tool calls of the model in order, updates other tabs, and undoes them', async ({
  page,
  person,
  context,
  cleanConsole,
}) => {
  cleanConsole.allow(/404/)
  const list = await context.newPage()
  // Disables polling, so that the list can only be updated by the message from the other tab.
  await list.addInitScript(() => Object.assign(window, { setInterval: () => 0 }))
  await list.goto('/todos')
  await expect(list.getByText('No todos yet')).toBeVisible()
  await page.bringToFront()
  await page.goto('/')
  await ask(
    page,
    `[stub:say=Well.] ${calls('create_todo', { title: 'Milk' })} ${calls('create_todo', { title: 'Bread' })} [stub:then] ${calls('complete_todo', { id: '$id' })} [stub:then] ${calls('list_todos', { filter: 'open' })} [stub:text=All done.] ${person.email}`,
  )
  const steps = ['Added “Milk”', 'Added “Bread”', 'Completed “Milk”', 'Checked active todos · 1 item']
  for (const description of steps) await expect(step(page, description)).toBeVisible()
  const text = await answers(page).innerText()
  const places = ['Well.', ...steps, 'All done.'].map((part) => text.indexOf(part))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  await expect(list.getByRole('checkbox', { name: 'Milk' })).toBeChecked()
  await expect(list.getByRole('checkbox', { name: 'Bread' })).not.toBeChecked()

  await undo(page, 'Completed “Milk”').click()
  await expect(step(page, 'Completed “Milk”')).toContainText('Undone')
  await expect(list.getByRole('checkbox', { name: 'Milk' })).not.toBeChecked()
  await undo(page, 'Added “Bread”').click()
  await expect(step(page, 'Added “Bread”')).toContainText('Undone')
  await expect.poll(() => todoTitles(page)).toEqual(['Milk'])
  await step(page, 'Added “Milk”').getByRole('button', { expanded: false }).click()
  await expect(log(page).getByRole('region', { name: 'Input' })).toContainText('"title": "Milk"')
  await expectAccessible(page)

  await page.reload()
  await expect(step(page, 'Added “Bread”')).toBeVisible()
  // The reloaded page does not know about the undo. That the todo is gone must be reported as a success.
  await undo(page, 'Added “Bread”').click()
  await expect(step(page, 'Added “Bread”')).toContainText('Already removed')
})

test('undoes an update and a deletion, and a failed undo can be retried', async ({ page, person, cleanConsole }) => {
  cleanConsole.allow(/Failed to load resource|ERR_FAILED/)
  const id = await makeTodo(page, 'Mlik')
  await page.goto('/')
  await ask(page, `${calls('update_todo', { id, title: 'Milk' })} [stub:text=Done.] ${person.email}`)
  await page.route(`**/api/todos/${id}`, (route) => route.abort())
  await undo(page, 'Renamed “Mlik” to “Milk”').click()
  await expect(step(page, 'Renamed').getByRole('alert')).toContainText('Couldn’t undo. Can’t reach Goldfish.')
  expect(await todoTitles(page)).toEqual(['Milk'])
  await page.unroute(`**/api/todos/${id}`)
  await undo(page, 'Renamed “Mlik” to “Milk”').click()
  await expect(step(page, 'Renamed')).toContainText('Undone')
  expect(await todoTitles(page)).toEqual(['Mlik'])
})

test('asks the user before a deletion, also after a reload', async ({ page, person }) => {
  const id = await makeTodo(page, 'Milk')
  const question = page.getByRole('group', { name: 'Delete “Milk”?' })
  await page.goto('/')
  await ask(page, `${calls('delete_todo', { id })} [stub:text=As you wish.] ${person.email}`)
  await expect(question).toBeVisible()
  const isDesktop = await page.evaluate(() => matchMedia('(pointer: fine)').matches)
  if (isDesktop) await expect(question).toBeFocused()
  await expect(page.getByRole('status').filter({ hasText: 'needs your approval' })).toBeAttached()
  await expectAccessible(page)
  expect(await todoTitles(page)).toEqual(['Milk'])

  await page.reload()
  await expect(question).toBeVisible()
  await question.getByRole('button', { name: 'Don’t allow' }).click()
  await expect(step(page, 'You declined: delete')).toBeVisible()
  await expect(answers(page)).toContainText('As you wish.')
  await untilIdle(page)
  await expect(answers(page)).toHaveCount(1)
  expect(await todoTitles(page)).toEqual(['Milk'])

  await ask(page, `${calls('delete_todo', { id })} [stub:text=It is gone.] ${person.email}`)
  const allow = question.getByRole('button', { name: 'Allow', exact: true })
  await allow.focus()
  const decisions: string[] = []
  page.on('request', (request) => request.url().includes('/approvals/') && decisions.push(request.postData() ?? ''))
  await allow.dblclick()
  await expect(step(page, 'Deleted “Milk”')).toBeVisible()
  await expect(answers(page).last()).toContainText('It is gone.')
  await untilIdle(page)
  expect(decisions).toEqual(['{"approved":true}'])
  await expect.poll(() => todoTitles(page)).toEqual([])
  await undo(page, 'Deleted “Milk”').click()
  await expect(step(page, 'Deleted “Milk”')).toContainText('Undone')
  expect((await page.request.get(`/api/todos/${id}`)).status()).toBe(200)
})

test('a failed approval keeps its buttons, an answer from another tab is shown, and a later message closes the question', async ({
  page,
  person,
  cleanConsole,
}) => {
  cleanConsole.allow(/422|503|Failed to load resource/)
  const id = await makeTodo(page, 'Milk')
  const question = page.getByRole('group', { name: 'Delete “Milk”?' })
  await page.goto('/')
  await ask(page, `${calls('delete_todo', { id })} [stub:text=Well.] ${person.email}`)
  await page.route('**/approvals/*', (route) =>
    route.fulfill({ status: 503, json: { code: 'draining', title: 'No.' } }),
  )
  await question.getByRole('button', { name: 'Allow', exact: true }).click()
  await expect(question.getByRole('alert')).toHaveText('The server is restarting. Try again.')
  await page.unroute('**/approvals/*')

  // Simulates another tab that answers first.
  await page.route('**/approvals/*', async (route) => {
    const headers = { ...route.request().headers(), 'content-type': 'application/json' }
    await (await page.request.post(route.request().url(), { data: { approved: false }, headers })).body()
    await route.continue()
  })
  await question.getByRole('button', { name: 'Allow', exact: true }).click()
  await expect(log(page).getByRole('alert')).toHaveText('Already answered')
  await expect(step(page, 'You declined: delete')).toBeVisible()
  await page.unroute('**/approvals/*')
  expect(await todoTitles(page)).toEqual(['Milk'])

  await ask(page, `${calls('delete_todo', { id })} ${person.email} once more`)
  await expect(question).toBeVisible()
  await ask(page, `never mind ${person.email}`)
  await expect(question).toContainText('Expired')
  await expect(question.getByRole('button')).toHaveCount(0)
  await expectAccessible(page)
})

test('the content of tool calls stays plain text on one line, and many steps are collapsed', async ({
  page,
  person,
}) => {
  page.on('dialog', () => expect('a dialog').toBe('none'))
  const evil = `<img src=x onerror=alert(1)> **bold** \u202Etxet \u05e9\u05dc\u05d5\u05dd ${'wide'.repeat(30)}`
  const input = JSON.stringify({ title: evil }).replace('\u202E', '\\u202e')
  await page.goto('/')
  await composer(page).fill(
    `[stub:tool=create_todo ${input}] [stub:then] ${calls('create_todo', { title: 'x'.repeat(9000) })} [stub:then] ${calls('no_such_tool')} [stub:text=Done.] ${person.email}`,
  )
  await composer(page).press('Enter')
  await expect(step(page, 'Added “<img src=x')).toBeVisible()
  await expect(answers(page)).toContainText('Done.')
  await expect(step(page, 'Couldn’t add the todo')).toContainText('Something’s wrong with that request.')
  await expect(step(page, 'no_such_tool failed')).toContainText('There is no tool of this name.')
  await expect(answers(page).locator('img')).toHaveCount(0)
  await expect(answers(page).locator('strong')).toHaveCount(0)
  for (const name of [/^Added/, /^Couldn’t add/]) await log(page).getByRole('button', { name }).click()
  await expectAccessible(page)
  expect(await log(page).evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0)
  await untilIdle(page)

  await ask(page, `[stub:times=7] ${calls('list_todos')} [stub:text=Seven.] ${person.email}`)
  const fold = page.getByRole('button', { name: '7 steps' })
  await expect(step(page, 'Checked your todos')).toHaveCount(0)
  await fold.click()
  await expect(step(page, 'Checked your todos')).toHaveCount(7)
  await expect(answers(page).last()).toContainText('Seven.')
})
