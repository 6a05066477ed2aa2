import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { answers, ask, composer, log, untilIdle } from './support/composer'
import { expect, test } from './support/test'

const waiting = (page: Page) => page.getByRole('region', { name: 'Queued messages' })
const slow = '[stub:tokens=3000] [stub:gap=15]'

/** Sends a message whose answer runs until it is stopped. */
async function askSlowly(page: Page, mark: string) {
  await composer(page).fill(`${slow} ${mark}`)
  await composer(page).press('Enter')
  await expect.poll(async () => (await answers(page).last().innerText()).length).toBeGreaterThan(40)
}

test('queues messages during an answer, lets them be edited, and sends them in order', async ({
  page,
  person,
  stub,
}) => {
  await page.goto('/')
  // The first answer must not end before all messages are queued.
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(
    '**/api/chat',
    async (route) => {
      await released
      await route.continue()
    },
    { times: 1 },
  )
  await composer(page).fill(`[stub:text=Yes.] first ${person.email}`)
  await composer(page).press('Enter')
  await expect(answers(page, 'true')).toHaveCount(1)
  for (const word of ['second', 'third', 'fourth']) {
    await composer(page).fill(`[stub:text=Yes.] ${word} ${person.email}`)
    await page.getByRole('button', { name: 'Add to queue' }).click()
  }
  await expect(waiting(page).getByRole('listitem')).toHaveCount(3)
  await waiting(page).getByRole('listitem').nth(1).getByRole('button', { name: 'Remove' }).click()
  await waiting(page).getByRole('listitem').nth(1).getByRole('button', { name: 'Edit' }).click()
  await expect(composer(page)).toHaveValue(`[stub:text=Yes.] fourth ${person.email}`)
  await composer(page).press('Enter')
  await expect(waiting(page).getByRole('listitem')).toHaveCount(2)
  release()
  await expect(answers(page)).toHaveCount(3)
  await untilIdle(page)
  await expect(waiting(page)).toHaveCount(0)
  expect(await stub.calls(`third ${person.email}`)).toHaveLength(0)
  const transcript = await log(page).innerText()
  expect(transcript.indexOf('second')).toBeLessThan(transcript.indexOf('fourth'))
})

test('a stopped answer pauses the queue until the user resumes it, also after a reload', async ({ page, person }) => {
  await page.goto('/')
  await askSlowly(page, `first ${person.email}`)
  await composer(page).fill(`[stub:text=Yes.] waits ${person.email}`)
  await composer(page).press('Enter')
  await expect(waiting(page)).toContainText('Queued')
  await expectAccessible(page)
  await page.reload()
  await expect(answers(page, 'true')).toHaveCount(1)
  await expect(waiting(page).getByRole('listitem')).toHaveCount(1)
  await composer(page).fill('still there')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(waiting(page)).toContainText('Paused: the last answer was stopped or failed.')
  await expect(answers(page)).toHaveCount(1)
  await page.reload()
  await expect(waiting(page)).toContainText('Paused while you were away.')
  await expectAccessible(page)
  await waiting(page).getByRole('button', { name: 'Send now' }).click()
  await expect(answers(page)).toHaveCount(2)
  await untilIdle(page)
  await expect(waiting(page)).toHaveCount(0)
  await expect(composer(page)).toHaveValue('still there')
})

test('a temporary chat shows a notice and is not listed', async ({ page, person }) => {
  const mark = `off the record ${person.email.slice(0, 8)}`
  await page.goto('/')
  const toggle = page.getByRole('button', { name: 'Temporary chat' })
  await toggle.click()
  await expect(toggle).toHaveAttribute('aria-pressed', 'true')
  const banner = page.getByText('Temporary chat: not in your history, deleted after 24 hours.')
  await expect(banner).toBeVisible()
  await expectAccessible(page)
  await ask(page, mark)
  await expect(toggle).toHaveCount(0)
  await page.reload()
  await expect(log(page).getByText(mark)).toBeVisible()
  await expect(banner).toBeVisible()
  const listed = await page.request.get('/api/conversations')
  expect(await listed.text()).not.toContain(mark)
})

test('shows hostile input as plain text', async ({ page, person, stub }) => {
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const naughty = [
    '<script>alert(1)</script>',
    '"><svg/onload=alert(2)>',
    'javascript:alert(3)',
    '{{constructor.constructor("alert(4)")()}}',
    '\u202Eright to left',
    '¯\\_(ツ)_/¯ 👩‍👩‍👧‍👦 Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤',
    '%s%n $1 #{7*7} {count, plural, one {x}}',
  ].join('\n')
  await page.goto('/')
  await stub.answer(`noted ${person.email}`, 'Noted.')
  await composer(page).fill(`${naughty}\nnoted ${person.email}`)
  await composer(page).press('Enter')
  await untilIdle(page)
  const turn = log(page).getByRole('article').first()
  await expect(turn.locator('p')).toHaveText(`${naughty}\nnoted ${person.email}`)
  await expect(turn.locator('script, svg[onload]')).toHaveCount(0)
  await expect(page).toHaveTitle(/^<script>alert\(1\)<\/script>/)
  await askSlowly(page, person.email)
  await composer(page).fill(naughty)
  await page.getByRole('button', { name: 'Add to queue' }).click()
  await expect(waiting(page)).toContainText('<script>alert(1)</script>')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  expect(dialogs).toEqual([])
})
