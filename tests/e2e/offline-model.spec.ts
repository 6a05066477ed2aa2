import { expectAccessible } from './support/axe'
import { answers, ask, log } from './support/composer'
import { expect, test } from './support/test'
import { todoTitles } from './support/tools'

test('a todo command to the demo model updates the todo list in another tab', async ({
  page,
  person,
  context,
  stub,
}) => {
  expect(person.name).toBe('Ada')
  const list = await context.newPage()
  // Disables polling, so that the list can only be updated by the message from the other tab.
  await list.addInitScript(() => Object.assign(window, { setInterval: () => 0 }))
  await list.goto('/todos')
  await expect(list.getByText('No todos yet')).toBeVisible()
  await page.bringToFront()
  await page.goto('/')
  const picker = page.getByRole('combobox', { name: 'Model' })
  await expect(picker).toHaveValue('stub-model')
  await picker.selectOption('Demo (built in)')
  await expectAccessible(page)

  await ask(page, 'Add milk and bread to my list, then tick milk off')
  const tick = (title: string) => list.getByRole('checkbox', { name: title, exact: true })
  await expect(tick('milk')).toBeChecked()
  await expect(tick('bread')).not.toBeChecked()
  const steps = log(page).getByRole('listitem').filter({ visible: true })
  for (const step of ['Added “milk”', 'Added “bread”', 'Completed “milk”'])
    await expect(steps.filter({ hasText: step })).toBeVisible()
  await expect(answers(page).last()).toContainText('I put milk and bread on your list. I ticked milk off.')
  // The model was chosen by the user, so the page must not explain how to connect another one.
  await expect(page.getByRole('note')).toHaveCount(0)

  // The chosen model and the changed todos must survive a reload.
  await page.reload()
  await expect(picker).toHaveValue('offline')
  await ask(page, 'What’s on my list?')
  await expect(answers(page).last().getByRole('checkbox', { checked: true })).toHaveCount(1)
  await ask(page, 'Delete bread')
  const question = page.getByRole('group', { name: 'Delete “bread”?' })
  await question.getByRole('button', { name: 'Don’t allow' }).click()
  await expect(answers(page).last()).toContainText('You said no, so bread stays on your list.')
  expect(await todoTitles(page)).toEqual(['bread', '✓ milk'])
  expect(await stub.calls('Add milk and bread')).toEqual([])
})
