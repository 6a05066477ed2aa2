import { expectAccessible } from './support/axe'
import { answers, ask, composer, log, untilIdle } from './support/composer'
import { expect, test } from './support/test'

const versions = '[aria-label="Versions"]'

test('an edited message is a new version, and the arrows return to the previous version', async ({ page, person }) => {
  const [first, second, third] = ['one', 'two', 'three'].map((word) => `[stub:text=It is ${word}.] ${person.email}`)
  await page.goto('/')
  await ask(page, first ?? '')
  await log(page).getByRole('article').first().hover()
  const edit = page.getByRole('button', { name: 'Edit message' })
  await edit.click()
  const box = page.getByRole('textbox', { name: 'Edit message' })
  await expect(box).toBeFocused()
  await expectAccessible(page)
  await box.press('Escape')
  await expect(box).toHaveCount(0)
  await expect(edit).toBeFocused()

  await edit.press('Enter')
  await box.fill(second ?? '')
  await box.press('Enter')
  await expect(answers(page, 'false')).toContainText('It is two.')
  await untilIdle(page)
  await expect(log(page).getByText(first ?? '', { exact: true })).toHaveCount(0)
  const arrows = log(page).locator(versions)
  await expect(arrows).toHaveText('2/2')
  await ask(page, third ?? '')

  await arrows.getByRole('button', { name: 'Previous version' }).focus()
  await page.keyboard.press('Enter')
  await expect(arrows).toHaveText('1/2')
  await expect(answers(page)).toHaveCount(1)
  await expect(answers(page)).toContainText('It is one.')
  await expect(arrows.getByRole('button', { name: 'Previous version' })).toBeFocused()
  await page.reload()
  await expect(answers(page)).toContainText('It is one.')
  await arrows.getByRole('button', { name: 'Next version' }).click()
  await expect(answers(page)).toHaveCount(2)
  await expect(answers(page).last()).toContainText('It is three.')
})

test('regenerating an older answer adds a version beside it', async ({ page, person, stub }) => {
  const question = `which one ${person.email}`
  await stub.answer(question, 'The first answer.')
  await page.goto('/')
  await ask(page, question)
  await ask(page, `and then ${person.email}`)
  await answers(page).first().hover()
  await answers(page).first().getByRole('button', { name: 'Regenerate' }).click()
  await expect(answers(page)).toHaveCount(1)
  await untilIdle(page)
  await expect(log(page).locator(versions)).toHaveText('2/2')
  await log(page).getByRole('button', { name: 'Previous version' }).click()
  await expect(answers(page)).toHaveCount(2)
  await expect(log(page).locator(versions)).toHaveText('1/2')
})

test('a rejected edit keeps the edit box and its text', async ({ page, person, cleanConsole }) => {
  cleanConsole.allow(/429|Failed to load resource/)
  await page.goto('/')
  await ask(page, `keep me ${person.email}`)
  const problem = {
    type: 'about:blank',
    title: 'Too many requests.',
    status: 429,
    detail: 'Too many requests.',
    code: 'rate_limited',
    requestId: 'r',
    retryAfter: 20,
  }
  await page.route('**/api/chat', (route) => route.fulfill({ status: 429, json: problem }))
  await log(page).getByRole('article').first().hover()
  await page.getByRole('button', { name: 'Edit message' }).click()
  const box = page.getByRole('textbox', { name: 'Edit message' })
  await box.fill('A better question')
  await log(page).getByRole('button', { name: 'Send', exact: true }).click()
  await expect(log(page).getByRole('alert')).toHaveText('Too many requests. Try again in 20 seconds.')
  await expect(box).toHaveValue('A better question')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(log(page).getByText(`keep me ${person.email}`)).toBeVisible()
  await expect(answers(page)).toHaveCount(1)

  // For a longer wait, the composer shows the time of day.
  await page.route('**/api/chat', (route) => route.fulfill({ status: 429, json: { ...problem, retryAfter: 7200 } }))
  await composer(page).fill('Later, then')
  await composer(page).press('Enter')
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/Too many requests\. Try again at .*\d:\d\d/)
  await expect(composer(page)).toHaveValue('Later, then')
})

test('a bad rating can be given a reason, and the details describe the answer', async ({ page, person }) => {
  await page.goto('/')
  await ask(page, `judge this ${person.email}`)
  await page.getByRole('button', { name: 'Bad answer' }).click()
  const reason = page.getByRole('textbox', { name: /What went wrong/ })
  await reason.fill('It is about something else.')
  const sent = page.waitForRequest((request) => request.url().endsWith('/feedback'))
  await reason.press('Enter')
  expect((await sent).postDataJSON()).toEqual({ helpful: false, comment: 'It is about something else.' })
  await expect(reason).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Bad answer' })).toBeFocused()
  await page.getByRole('button', { name: 'Details' }).click()
  for (const row of [
    'Model',
    'Input tokens',
    'Output tokens',
    'Time to first token',
    'Time breakdown',
    'Instant answer',
  ])
    await expect(log(page).getByRole('term').filter({ hasText: row }).first()).toBeVisible()
  await expectAccessible(page)
})

test('a running answer has no actions', async ({ page, person }) => {
  await page.goto('/')
  await composer(page).fill(`[stub:tokens=3000] [stub:gap=15] hidden ${person.email}`)
  await composer(page).press('Enter')
  await expect.poll(async () => (await answers(page).innerText()).length).toBeGreaterThan(40)
  for (const name of ['Copy answer', 'Regenerate', 'Edit message', 'Good answer', 'Details'])
    await expect(page.getByRole('button', { name })).toHaveCount(0)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Details' })).toBeVisible()
})
