import { expectAccessible } from './support/axe'
import { makeChat, ownOrigin } from './support/make-chat'
import { runningGoldfish } from './support/running-goldfish'
import { expect, test } from './support/test'

test('changing the password ends the other sessions, and a wrong current password is reported at its field', async ({
  page,
  person,
  browser,
  cleanConsole,
}) => {
  cleanConsole.allow(/400/)
  const other = await browser.newContext({ baseURL: runningGoldfish().url })
  const signIn = (password: string) =>
    other.request.post('/api/auth/sign-in/email', {
      data: { email: person.email, password },
      headers: ownOrigin(),
    })
  expect((await signIn(person.password)).ok()).toBe(true)
  await page.goto('/preferences')
  const devices = page.getByRole('region', { name: 'Devices' })
  await expect(devices.getByRole('button', { name: /^Sign out/ })).toBeVisible()
  await page.getByLabel('Current password').fill('not my password at all')
  await page.getByLabel('New password').fill('a quite different horse')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Wrong password.')).toBeVisible()
  await expect(page.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Current password').fill(person.password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Password changed.')).toBeVisible()
  await expect(devices.getByRole('button', { name: /^Sign out/ })).toHaveCount(0)
  expect((await other.request.get('/api/preferences')).status()).toBe(401)
  expect((await page.request.get('/api/preferences')).status()).toBe(200)
  expect((await signIn('a quite different horse')).ok()).toBe(true)
  await other.close()
})

test('deletes all chats and restores them with Undo', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  for (const title of ['first', 'second']) await makeChat(page, title)
  const count = async () => (await (await page.request.get('/api/conversations')).json()).items.length
  await page.goto('/preferences')
  await page.getByRole('button', { name: 'Delete all chats' }).click()
  await expect(page.getByText('Deleted 2 chats')).toBeVisible()
  expect(await count()).toBe(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('Restored 2 chats')).toBeVisible()
  expect(await count()).toBe(2)
})

test('deletes the account only with its password, and then confirms it on the sign-in page', async ({
  page,
  person,
  cleanConsole,
}) => {
  cleanConsole.allow(/400/)
  await page.goto('/preferences')
  await page.getByRole('button', { name: 'Delete my account' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' })
  await expect(dialog).toContainText(person.email)
  await expectAccessible(page)
  await dialog.getByLabel('Confirm your password').fill('not my password at all')
  await dialog.getByRole('button', { name: 'Delete account' }).click()
  await expect(dialog.getByText('Wrong password.')).toBeVisible()
  await dialog.getByLabel('Confirm your password').fill(person.password)
  await dialog.getByRole('button', { name: 'Delete account' }).click()
  await expect(page.getByRole('heading', { name: 'Account deleted' })).toBeVisible()
  const again = await page.request.post('/api/auth/sign-in/email', {
    data: { email: person.email, password: person.password },
    headers: ownOrigin(),
  })
  expect(again.status()).toBe(401)
})

test('the web app manifest is in the browser’s language and names icons that exist', async ({ page }) => {
  await page.goto('/sign-in')
  const address = (await page.locator('link[rel="manifest"]').getAttribute('href')) ?? ''
  const manifest = await (await page.request.get(address, { headers: { 'accept-language': 'ar' } })).json()
  expect(manifest).toMatchObject({ name: 'Goldfish', lang: 'ar', dir: 'rtl', start_url: '/', display: 'standalone' })
  for (const { src, type } of manifest.icons as { src: string; type: string }[]) {
    const icon = await page.request.get(src)
    expect([src, icon.status(), icon.headers()['content-type']]).toEqual([src, 200, type])
  }
  await expect(page.locator('link[rel="apple-touch-icon"]')).toHaveCount(1)
})

test('shows a bar while the browser is offline and keeps the page', async ({ page, person, context, cleanConsole }) => {
  expect(person.name).toBe('Ada')
  cleanConsole.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/)
  await page.goto('/preferences')
  await expect(page.getByText('This device')).toBeVisible()
  const bar = page.getByText('You’re offline. You can still read this page.')
  await context.setOffline(true)
  await expect(bar).toBeVisible()
  await expectAccessible(page)
  await expect(page.getByText('This device')).toBeVisible()
  await context.setOffline(false)
  await expect(bar).toHaveCount(0)
})

test.describe('the offline service worker', () => {
  test.use({ serviceWorkers: 'allow' })

  test('an unreachable page shows an offline page in the user’s language, offers to retry, and reloads when the network returns', async ({
    page,
    person,
    context,
    cleanConsole,
  }) => {
    expect(person.name).toBe('Ada')
    cleanConsole.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource|503/)
    await page.goto('/preferences')
    await page.getByRole('radio', { name: 'Deutsch' }).check()
    await expect(page.getByRole('heading', { name: 'Einstellungen' })).toBeVisible()
    // Waits for the worker that controls the page, not just the newest one. Until then the previous worker
    // answers.
    await page.waitForFunction(() => navigator.serviceWorker.controller?.scriptURL.endsWith('language=de'))
    await context.setOffline(true)
    // Not with `page.goto`, because our fixture would wait for hydration of one of our own pages.
    await page.evaluate(() => window.location.assign('/'))
    await expect(page.getByRole('heading', { name: 'Du bist offline' })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Erneut versuchen' }).click()
    await expect(page.getByRole('heading', { name: 'Du bist offline' })).toBeVisible()
    await context.setOffline(false)
    // The page must reload by itself when the network returns.
    await expect(page.getByRole('textbox')).toBeVisible({ timeout: 20_000 })
    expect(await page.evaluate(() => caches.keys())).toEqual([])
  })
})
