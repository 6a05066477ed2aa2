/**
 * Tests the harness itself: two processes behind the load balancer, a signed-in user, the console check and axe.
 */
import { expectAccessible } from './axe'
import { expect, test } from './test'

test('a signed-in user opens the app without console errors', async ({ page, person, stub }) => {
  await page.goto('/')
  await expect(page).not.toHaveURL(/sign-in/)
  expect(person.storageState.cookies.some((cookie) => cookie.name.includes('session_token'))).toBe(true)
  expect(await stub.calls('never asked')).toEqual([])
})

test('a signed-out user is sent to an accessible sign-in page', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/sign-in/)
  await expectAccessible(page)
})

test('console errors, uncaught errors and CSP violations are recorded', async ({ page, cleanConsole }) => {
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
