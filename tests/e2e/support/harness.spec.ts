/** The harness proves itself: two processes behind the balancer, a signed-in person, a clean console, axe. */
import { expectAccessible } from './axe'
import { expect, test } from './test'

test('a signed-in person reaches the app without a complaint', async ({ page, person, stub }) => {
  await page.goto('/')
  await expect(page).not.toHaveURL(/sign-in/)
  expect(person.storageState.cookies.some((cookie) => cookie.name.includes('session_token'))).toBe(true)
  expect(await stub.calls('never asked')).toEqual([])
})

test('somebody unknown is asked to sign in, on a page that everybody can use', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/sign-in/)
  await expectAccessible(page)
})

test('a complaint of the page is heard', async ({ page, cleanConsole }) => {
  await page.goto('/sign-in')
  await page.evaluate(() => console.error('planted'))
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('thrown')
    })
  })
  await page.evaluate(() => {
    new Image().src = 'https://elsewhere.invalid/pixel.png'
  })
  await expect.poll(() => cleanConsole.complaints().join('\n')).toContain('thrown')
  await expect.poll(() => cleanConsole.complaints().join('\n')).toContain('CSP violation: img-src')
  expect(cleanConsole.complaints().join('\n')).toContain('planted')
  cleanConsole.allow(/./)
})
