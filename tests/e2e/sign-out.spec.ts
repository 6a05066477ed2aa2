import type { Page } from '@playwright/test'
import { expectAccessibleInBoth } from './support/axe'
import { composer } from './support/composer'
import { ownOrigin } from './support/make-chat'
import { type Person, signUp } from './support/person'
import { runningGoldfish } from './support/running-goldfish'
import { expect, test } from './support/test'

const question = (page: Page) => page.getByRole('dialog', { name: 'Keep your drafts on this device?' })
const storedTexts = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => /^gf-(draft|queue):/.test(key)).length)

/** Signs out through the menu at the bottom of the sidebar, which is a drawer on a phone. */
async function signOut(page: Page, person: Person) {
  const isPhone = (page.viewportSize()?.width ?? 0) < 600
  if (isPhone) await page.getByRole('button', { name: 'Open sidebar' }).click()
  const sidebar = isPhone ? page.getByRole('dialog', { name: 'Sidebar' }) : page.getByRole('complementary')
  await sidebar.getByRole('button', { name: person.name }).click()
  await sidebar.getByRole('button', { name: 'Sign out', exact: true }).click()
}

async function signInAgain(page: Page, person: Person) {
  const { email, password } = person
  const response = await page.request.post('/api/auth/sign-in/email', {
    data: { email, password },
    headers: ownOrigin(),
  })
  expect(response.status()).toBe(200)
  await page.goto('/')
}

async function writeDraft(page: Page, text: string) {
  await page.goto('/')
  await composer(page).fill(text)
  await expect.poll(() => storedTexts(page)).toBe(1)
}

test('signing out with a draft shows a dialog and deletes the draft by default', async ({ page, person }) => {
  await writeDraft(page, 'a private thought')
  await signOut(page, person)
  await expect(question(page)).toBeVisible()
  await expect(question(page).getByRole('button', { name: 'Delete drafts and sign out' })).toBeFocused()
  await expectAccessibleInBoth(page, 'the question about drafts')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await storedTexts(page)).toBe(0)
  await signInAgain(page, person)
  await expect(composer(page)).toHaveValue('')
})

test('a kept draft is restored at the next sign-in, but not for another account', async ({ page, person, context }) => {
  await writeDraft(page, 'a thought to keep')
  await signOut(page, person)
  await question(page).getByRole('button', { name: 'Keep drafts and sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await storedTexts(page)).toBe(1)
  const other = await signUp(context, runningGoldfish().url)
  await page.goto('/')
  await expect(composer(page)).toHaveValue('')
  // This account has no drafts, so there is no dialog, and the other account's draft stays.
  await signOut(page, other)
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await storedTexts(page)).toBe(1)
  await signInAgain(page, person)
  await expect(composer(page)).toHaveValue('a thought to keep')
})

test('closing the dialog about drafts does not sign out', async ({ page, person }) => {
  await writeDraft(page, 'still writing')
  await signOut(page, person)
  await expect(question(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(question(page)).toHaveCount(0)
  expect((await page.request.get('/api/preferences')).status()).toBe(200)
  expect(await storedTexts(page)).toBe(1)
})

test('the sign-out command also shows the dialog about drafts', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  await writeDraft(page, 'a thought at the keyboard')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('Sign out')
  await page.keyboard.press('Enter')
  await question(page).getByRole('button', { name: 'Delete drafts and sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await storedTexts(page)).toBe(0)
})

test('keeps drafts when a session is ended elsewhere', async ({ page, person, browser, cleanConsole }) => {
  cleanConsole.allow(/401/)
  await writeDraft(page, 'half a thought')
  const elsewhere = await browser.newContext({ baseURL: runningGoldfish().url })
  const { email, password } = person
  await elsewhere.request.post('/api/auth/sign-in/email', { data: { email, password }, headers: ownOrigin() })
  await elsewhere.request.post('/api/auth/revoke-other-sessions', { data: {}, headers: ownOrigin() })
  await page.goto('/')
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await storedTexts(page)).toBe(1)
  await signInAgain(page, person)
  await expect(composer(page)).toHaveValue('half a thought')
  await elsewhere.close()
})

test('deleting the account deletes its drafts but not those of another account', async ({ page, person, context }) => {
  await writeDraft(page, 'of the first account')
  const other = await signUp(context, runningGoldfish().url)
  await page.goto('/')
  await composer(page).fill('of the second account')
  await expect.poll(() => storedTexts(page)).toBe(2)
  await page.goto('/preferences')
  await page.getByRole('button', { name: 'Delete my account' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' })
  await dialog.getByLabel('Confirm your password').fill(other.password)
  await dialog.getByRole('button', { name: 'Delete account' }).click()
  await expect(page.getByRole('heading', { name: 'Account deleted' })).toBeVisible()
  expect(await storedTexts(page)).toBe(1)
  await signInAgain(page, person)
  await expect(composer(page)).toHaveValue('of the first account')
})
