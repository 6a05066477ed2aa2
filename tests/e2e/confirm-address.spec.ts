/** Tests sign-up, the mailed link, and sign-in with an unconfirmed address if mail is configured. */
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type MailServer, startMailServer } from '@/tests/services/mail-server'
import { expectAccessibleInBoth } from './support/axe'
import { expect, test } from './support/test'

// All tests of this file share one application with mail, so they must run in one worker.
test.describe.configure({ mode: 'default' })

const password = 'correct horse battery staple'
let mailServer: MailServer
let goldfish: Goldfish
test.beforeAll(async () => {
  mailServer = await startMailServer()
  goldfish = await startGoldfish({ instances: 1, env: { SMTP_URL: mailServer.url } })
})
test.afterAll(async () => {
  await goldfish?.stop()
  await mailServer?.stop()
})

let email: string
test.beforeEach(() => {
  email = `${randomUUID()}@example.com`
})

async function signUp(page: Page, name = 'Ada') {
  await page.goto(`${goldfish.url}/sign-up`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
}
async function signIn(page: Page) {
  await page.goto(`${goldfish.url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
const mails = () => mailServer.received.filter(({ to }) => to === email)
async function mailedLink(count: number): Promise<string> {
  await expect.poll(() => mails().length).toBe(count)
  const lines = mails().at(-1)?.text.split('\n') ?? []
  return lines.find((line) => line.startsWith(`${goldfish.url}/verify-email`)) ?? ''
}

test('confirms a new account with the mailed link and its password', async ({ page, cleanConsole }) => {
  cleanConsole.allow(/400/)
  await signUp(page)
  await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible()
  await expect(page.getByRole('status').first()).toContainText(email)
  await expectAccessibleInBoth(page, 'the page after sign-up')
  await page.getByRole('button', { name: 'Send the link again' }).click()
  await expect(page.getByText('If the address isn’t confirmed yet, a new link is on its way.')).toBeVisible()

  const link = await mailedLink(2)
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'Confirm your email address' })).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill('not the right password')
  await page.getByRole('button', { name: 'Confirm and sign in' }).click()
  await expect(page.getByText('This isn’t the password of the account.')).toBeVisible()
  await expectAccessibleInBoth(page, 'the confirmation with a wrong password')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Confirm and sign in' }).click()
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible()

  await page.goto(link)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Confirm and sign in' }).click()
  await expect(page.getByText('This link has expired or was already used.')).toBeVisible()
})

test('sign-in with an unconfirmed address offers to send the link again', async ({ page, cleanConsole }) => {
  cleanConsole.allow(/403/)
  await signUp(page)
  await mailedLink(1)
  await signIn(page)
  await expect(page.getByText('Confirm your email address first.')).toBeVisible()
  await expectAccessibleInBoth(page, 'sign-in with an unconfirmed address')
  await page.getByRole('button', { name: 'Send the link again' }).click()
  await expect(page.getByText('If the address isn’t confirmed yet, a new link is on its way.')).toBeVisible()
  await page.goto(await mailedLink(2))
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Confirm and sign in' }).click()
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible()
})

test('an invalid name is explained at its field', async ({ page, cleanConsole }) => {
  cleanConsole.allow(/400/)
  await signUp(page, 'Ada\u202eB')
  await expect(page.getByText('Use one line of at most 80 characters, without invisible characters.')).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
})
