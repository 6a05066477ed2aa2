import { expectAccessible } from './support/axe'
import { preferencesKept } from './support/preferences-kept'
import { expect, test } from './support/test'

test.describe('Arabic', () => {
  test.use({ locale: 'ar' })

  for (const colorScheme of ['light', 'dark'] as const)
    test(`signs in with a right-to-left page for an Arabic browser, ${colorScheme}`, async ({ page, cleanConsole }) => {
      await page.emulateMedia({ colorScheme })
      await page.goto('/sign-in')
      await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
      await expect(page.locator('html')).toHaveAttribute('lang', 'ar')
      await expect(page).toHaveTitle('تسجيل الدخول · Goldfish')
      await expectAccessible(page)

      cleanConsole.allow(/status of 401/)
      await page.getByLabel('البريد الإلكتروني').fill(`${crypto.randomUUID()}@example.com`)
      await page.getByLabel('كلمة المرور', { exact: true }).fill('not the right one')
      await page.getByRole('button', { name: 'تسجيل الدخول' }).click()
      await expect(
        page.getByRole('alert').filter({ hasText: 'البريد الإلكتروني أو كلمة المرور غير صحيحة' }),
      ).toBeVisible()
      await expectAccessible(page)
    })

  for (const colorScheme of ['light', 'dark'] as const)
    test(`shows the settings from right to left for an Arabic browser, ${colorScheme}`, async ({ page, person }) => {
      await page.emulateMedia({ colorScheme })
      await page.goto('/preferences')
      await expect(page.getByRole('heading', { name: 'الإعدادات' })).toBeVisible()
      await expect(page.getByRole('radio', { name: 'لغة المتصفح' })).toBeChecked()
      await expect(page.getByText('هذا الجهاز')).toBeVisible()
      await expectAccessible(page)
      expect(person.email).toContain('@')
    })
})

test.describe('German', () => {
  test('switches to German without a reload, keeps typed text, and applies in the next browser', async ({
    page,
    person,
    browser,
  }) => {
    await page.goto('/')
    await page.getByRole('textbox').fill('A draft that must stay')
    await page.goto('/preferences')
    await page.evaluate(() => document.body.setAttribute('data-same-document', ''))
    await page.getByRole('radio', { name: 'Deutsch' }).check()
    await expect(page.getByRole('heading', { name: 'Einstellungen' })).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await expect(page).toHaveTitle('Einstellungen · Goldfish')
    await expect(page.locator('body')).toHaveAttribute('data-same-document')
    await expect(page.getByText('Gespeichert')).toBeVisible()

    await page.goto('/')
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await expect(page.getByRole('textbox')).toHaveValue('A draft that must stay')

    // Another browser reads it from the stored preference, here while the user is typing.
    const context = await browser.newContext({ storageState: person.storageState })
    const other = await context.newPage()
    const answered = Promise.withResolvers<void>()
    await other.route('**/api/preferences', async (route) => {
      await answered.promise
      await route.continue()
    })
    await other.goto(page.url())
    await expect(other.locator('html')).toHaveAttribute('lang', 'en')
    await other.getByRole('textbox').fill('Typed meanwhile')
    answered.resolve()
    await expect(other.locator('html')).toHaveAttribute('lang', 'de')
    await expect(other.getByRole('textbox')).toHaveValue('Typed meanwhile')
    await context.close()
  })

  test('choosing the browser’s language replaces German', async ({ page, person }) => {
    await page.goto('/preferences')
    await preferencesKept(page, () => page.getByRole('radio', { name: 'Deutsch' }).check())
    await preferencesKept(page, () => page.getByRole('radio', { name: 'Browser-Standard' }).check())
    await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
    await page.goto('/preferences')
    await expect(page.getByRole('radio', { name: 'Browser default' })).toBeChecked()
    expect(person.email).toContain('@')
  })
})
