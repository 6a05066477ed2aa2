import { expectAccessible } from './support/axe'
import { answers, ask, log } from './support/composer'
import { expect, test } from './support/test'
import { todoTitles } from './support/tools'

test('an errand for the list, picked up by the offline model, shows in another tab as it is done', async ({
  page,
  person,
  context,
  stub,
}) => {
  expect(person.name).toBe('Ada')
  const list = await context.newPage()
  // It does not look by itself now and then: what it shows it was told of.
  await list.addInitScript(() => Object.assign(window, { setInterval: () => 0 }))
  await list.goto('/todos')
  await expect(list.getByText('Nothing here yet.')).toBeVisible()
  await page.bringToFront()
  await page.goto('/')
  const picker = page.getByRole('combobox', { name: 'Model' })
  await expect(picker).toHaveValue('stub-model')
  await picker.selectOption('Offline (built in)')
  await expectAccessible(page)

  await ask(page, 'Add milk and bread to my list, then tick milk off')
  const tick = (title: string) => list.getByRole('checkbox', { name: title, exact: true })
  await expect(tick('milk')).toBeChecked()
  await expect(tick('bread')).not.toBeChecked()
  const steps = log(page).getByRole('listitem').filter({ visible: true })
  for (const words of ['Added “milk”', 'Added “bread”', 'Ticked off “milk”'])
    await expect(steps.filter({ hasText: words })).toBeVisible()
  await expect(answers(page).last()).toContainText('I put milk and bread on your list. I ticked milk off.')
  // It was picked beside a real one: nobody has to be told how to connect one.
  await expect(page.getByRole('note')).toHaveCount(0)

  // The choice is kept, and so is what was done.
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
