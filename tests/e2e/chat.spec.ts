import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { answers, ask, composer, log } from './support/composer'
import { preferencesKept } from './support/preferences-kept'
import { restingPlace, scrollTop } from './support/scroll'
import { expect, test } from './support/test'

const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 600

async function newChat(page: Page) {
  if (isPhone(page)) await page.goto('/')
  else await page.getByRole('link', { name: 'New chat' }).click()
  await expect(page).toHaveURL(/\/$/)
  await expect(log(page)).toHaveCount(0)
}

test('a new user signs up, chats, reloads, and gets a cached answer to the same question', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/sign-in/)
  await page.getByRole('link', { name: 'Sign up' }).click()
  await page.getByLabel('Name').fill('Grace')
  await page.getByLabel('Email').fill(`${crypto.randomUUID()}@example.com`)
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(composer(page)).toBeVisible()

  const question = 'Which river runs through Vienna?'
  await ask(page, question)
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/)
  const answer = await answers(page).innerText()
  await page.reload()
  await expect(log(page).getByText(question, { exact: true })).toBeVisible()
  await expect(answers(page)).toContainText(answer.split('\n').at(-1) ?? answer)

  const instant = page.getByText(/Instant · reused answer/)
  // Redis may have been paused, so that the first answer was not cached. Then this answer will be.
  await expect(async () => {
    await newChat(page)
    await ask(page, question)
    await expect(instant).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expect(instant).toHaveCount(0)
  await expect(answers(page, 'false')).toHaveCount(1)
})

test('hides the suggestions once text is typed, and keeps the URL until a message is sent', async ({
  page,
  person,
}) => {
  expect(person.email).toContain('@')
  await page.goto('/')
  const suggestions = page.getByRole('group', { name: /suggest/i }).or(page.getByRole('list', { name: /suggest/i }))
  await expect(suggestions.getByRole('button').first()).toBeVisible()
  await composer(page).fill('H')
  await expect(suggestions.getByRole('button').first()).toBeHidden()
  await expect(page).toHaveURL(/\/$/)
})

test('Enter sends, Shift+Enter inserts a line break, and Enter during IME composition does neither', async ({
  page,
  person,
  stub,
}) => {
  const mark = `keys ${person.email}`
  await page.goto('/')
  await composer(page).pressSequentially(mark)
  await composer(page).dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  await composer(page).dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
  expect(await stub.calls(mark)).toHaveLength(0)
  await composer(page).press('Shift+Enter')
  await composer(page).pressSequentially('second line')
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue('')
  await expect.poll(() => stub.calls(mark)).toHaveLength(1)
  expect((await stub.calls(mark))[0]?.messages.at(-1)?.content).toBe(`${mark}\nsecond line`)
})

test('an answer rated as bad is not served from the cache again', async ({ page, person }) => {
  const question = `a bad one ${person.email}`
  await page.goto('/')
  await ask(page, question)
  const bad = page.getByRole('button', { name: 'Bad answer' })
  await bad.click()
  await expect(bad).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByText('This answer won’t be reused.')).toBeVisible()
  await page.reload()
  await expect(bad).toHaveAttribute('aria-pressed', 'true')
  await newChat(page)
  await ask(page, question)
  await expect(page.getByText(/Instant/)).toHaveCount(0)
})

test('stops an answer and keeps the partial answer after a reload', async ({ page, person, stub }) => {
  const mark = `[stub:tokens=3000] [stub:gap=15] stop ${person.email}`
  await page.goto('/')
  await composer(page).fill(mark)
  await composer(page).press('Enter')
  await expect(answers(page)).toHaveAttribute('aria-busy', 'true')
  await expect.poll(async () => (await answers(page).innerText()).length).toBeGreaterThan(40)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
  await expect.poll(async () => (await stub.calls(mark))[0]?.clientAborted).toBe(true)
  await page.reload()
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
})

test('a failed turn shows its reason in place, and Retry replaces the answer', async ({ page, person }) => {
  await page.goto('/')
  await ask(page, `[stub:cut=4] broken ${person.email}`)
  await expect(page.getByText('The answer was cut off.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
  await page.reload()
  await expect(page.getByText('The answer was cut off.')).toBeVisible()
  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(answers(page)).toHaveCount(1)
  await expect(page.getByText('The answer was cut off.')).toBeVisible()
})

test('a rejected message shows the reason and keeps its text', async ({ page, person, context, cleanConsole }) => {
  cleanConsole.allow(/401|Failed to load resource/)
  await page.goto('/')
  await ask(page, `hello ${person.email}`)
  await context.clearCookies()
  await composer(page).fill('A long thought that must not be lost')
  await composer(page).press('Enter')
  await expect(
    page
      .getByText(/sign in/i)
      .filter({ visible: true })
      .first(),
  ).toBeVisible()
  await expect(composer(page)).toHaveValue('A long thought that must not be lost')
})

test('keeps the text while offline, and a retry calls the model only once', async ({
  page,
  person,
  context,
  stub,
  cleanConsole,
}) => {
  cleanConsole.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource|Failed to fetch/)
  const mark = `offline ${person.email}`
  await page.goto('/')
  await expect(composer(page)).toBeVisible()
  await context.setOffline(true)
  await composer(page).fill(mark)
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue(mark)
  await context.setOffline(false)
  await composer(page).press('Enter')
  await expect(answers(page, 'false')).toHaveCount(1)
  expect(await stub.calls(mark)).toHaveLength(1)
})

test('keeps text that was typed before hydration, so that it can be sent', async ({ page, person }) => {
  await page.goto('/')
  await composer(page).fill('kept from before.')
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/_next/static/**/*.js', async (route) => {
    await released
    await route.continue()
  })
  await page.reload({ waitUntil: 'commit' })
  await composer(page).fill(`typed early ${person.email}`)
  await page.getByRole('button', { name: 'Send', exact: true }).click({ force: true })
  release()
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toHaveAttribute('aria-disabled', 'false')
  await expect(composer(page)).toHaveValue(`kept from before.\n\ntyped early ${person.email}`)
  await composer(page).press('Enter')
  await expect(log(page).getByText(`typed early ${person.email}`)).toBeVisible()
})

test('the draft survives a reload and belongs to its conversation', async ({ page, person }) => {
  await page.goto('/')
  await ask(page, `first ${person.email}`)
  const address = page.url()
  await composer(page).fill('half a thought')
  await page.reload()
  await expect(composer(page)).toHaveValue('half a thought')
  await page.goto('/')
  await expect(composer(page)).toHaveValue('')
  await page.goto(address)
  await expect(composer(page)).toHaveValue('half a thought')
})

test('shows model output without running it or loading anything from other sites', async ({
  page,
  person,
  stub,
  baseURL,
}) => {
  const elsewhere: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL ?? '-')) elsewhere.push(request.url())
  })
  const evil =
    '<img src=x onerror=alert(1)> <script>alert(2)</script> ![pic](https://elsewhere.invalid/a.png) [go](javascript:alert(3)) **bold**'
  page.on('dialog', () => elsewhere.push('dialog'))
  await page.goto('/')
  await stub.answer(`be evil ${person.email}`, evil)
  await ask(page, `be evil ${person.email}`)
  const answer = answers(page)
  await expect(answer).toContainText('<script>alert(2)</script>')
  await expect(answer.locator('strong')).toHaveText('bold')
  await expect(answer.locator('img, script')).toHaveCount(0)
  await expect(answer.locator('a[href^="javascript"]')).toHaveCount(0)
  expect(elsewhere).toEqual([])
})

/**
 * Asks in a new chat below an answer that fills more than the view. The question must then be at the top of the
 * view.
 */
async function askBelowLongAnswer(page: Page, question: string): Promise<void> {
  await page.goto('/')
  await ask(page, `[stub:tokens=900] long one ${crypto.randomUUID()}`)
  await composer(page).fill(question)
  await composer(page).press('Enter')
  const turn = log(page).getByText(question, { exact: true })
  await expect
    .poll(async () => (((await turn.boundingBox())?.y ?? 999) - ((await log(page).boundingBox())?.y ?? 0)) | 0)
    .toBeLessThan(120)
}

test('a new question moves to the top, an upward scroll releases it, and the button returns to the newest text', async ({
  page,
  person,
}) => {
  await askBelowLongAnswer(page, `[stub:tokens=5000] [stub:gap=8] second ${person.email}`)
  const anchored = await restingPlace(page)
  await log(page).hover()
  await page.mouse.wheel(0, -300)
  await expect.poll(() => scrollTop(page)).toBeLessThan(anchored - 100)
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeVisible()
  const before = await restingPlace(page)
  const length = (await log(page).innerText()).length
  await expect.poll(async () => (await log(page).innerText()).length).toBeGreaterThan(length + 200)
  expect(Math.abs((await scrollTop(page)) - before)).toBeLessThan(5)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Jump to latest' }).click()
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeHidden()
})

test('the button to the newest text follows an answer that fits into its reserved space', async ({ page, person }) => {
  await askBelowLongAnswer(page, `[stub:tokens=100] [stub:gap=120] short one ${person.email}`)
  await log(page).hover()
  await page.mouse.wheel(0, -500)
  const toNewest = page.getByRole('button', { name: 'Jump to latest' })
  await toNewest.click()
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeHidden({ timeout: 30_000 })
  await expect(answers(page).last().getByRole('button', { name: 'Copy' })).toBeInViewport({ ratio: 1 })
  await expect(toNewest).toBeHidden()
})

test('an unknown chat is reported as not found', async ({ page, person, cleanConsole }) => {
  expect(person.name).toBe('Ada')
  cleanConsole.allow(/404/)
  await page.goto(`/c/${crypto.randomUUID()}`)
  await expect(page.getByRole('heading', { name: 'Chat not found' })).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`all screens are accessible in the ${colorScheme} theme`, async ({ page, person }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto('/')
    await expect(composer(page)).toBeVisible()
    await expectAccessible(page)
    await composer(page).fill(`[stub:tokens=3000] [stub:gap=20] axe ${colorScheme} ${person.email}`)
    await composer(page).press('Enter')
    await expect.poll(async () => (await answers(page).innerText()).length).toBeGreaterThan(40)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
    await ask(page, `[stub:cut=3] axe failed ${colorScheme} ${person.email}`)
    await expectAccessible(page)
    await page.goto('/preferences')
    await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
    await expect(page.getByText('This device')).toBeVisible()
    // The preferences scroll inside their container, so the document itself must not.
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0)
    await expectAccessible(page)
  })

  test(`the pages for signed-out users are accessible in the ${colorScheme} theme`, async ({ page, cleanConsole }) => {
    cleanConsole.allow(/404.*nothing-here/)
    await page.emulateMedia({ colorScheme })
    const withToken = ['/reset-password?token=x', '/verify-email?token=x']
    for (const path of ['/sign-in', '/sign-up', '/forgot-password', ...withToken, '/nothing-here']) {
      await page.goto(path)
      await expect(page.getByRole('heading').first()).toBeVisible()
      await expectAccessible(page)
    }
  })
}

test('saves the dark theme and the disabled instant answers immediately', async ({ page, person }) => {
  await page.goto('/preferences')
  await preferencesKept(page, () => page.getByRole('radio', { name: 'Dark' }).check())
  await preferencesKept(page, () => page.getByRole('radio', { name: /^Off/ }).check())
  await expect(page.getByText('Saved')).toBeVisible()
  await page.goto('/')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const question = `not kept ${person.email}`
  await ask(page, question)
  await newChat(page)
  await ask(page, question)
  await expect(page.getByText(/Instant/)).toHaveCount(0)
})

test('signs out another device, and keeps the current session signed in', async ({
  page,
  person,
  browser,
  baseURL,
}) => {
  const other = await browser.newContext(baseURL ? { baseURL } : {})
  const signedIn = await other.request.post('/api/auth/sign-in/email', {
    data: { email: person.email, password: person.password },
    headers: { origin: baseURL ?? '' },
  })
  expect(signedIn.ok()).toBe(true)
  await page.goto('/preferences')
  const end = page.getByRole('region', { name: 'Devices' }).getByRole('button', { name: /^Sign out/ })
  await expect(end).toBeVisible()
  await end.click()
  await expect.poll(async () => (await other.request.get('/api/preferences')).status()).toBe(401)
  await other.close()
  expect((await page.request.get('/api/preferences')).status()).toBe(200)
})

test('a wrong password is reported, and the right one returns to the requested page', async ({
  page,
  person,
  context,
  cleanConsole,
}) => {
  cleanConsole.allow(/401/)
  await context.clearCookies()
  await page.goto('/preferences')
  await expect(page).toHaveURL(/sign-in\?next=/)
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill('not the right password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').filter({ hasText: /password/i })).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/preferences$/)
})

test('a reload during an answer and a second tab both continue the running answer', async ({
  page,
  person,
  context,
}) => {
  await page.goto('/')
  await composer(page).fill(`[stub:tokens=3000] [stub:gap=15] reload ${person.email}`)
  await composer(page).press('Enter')
  await expect.poll(async () => (await answers(page).innerText()).length).toBeGreaterThan(60)
  const address = page.url()
  await page.reload()
  await expect(answers(page, 'true')).toHaveCount(1)
  const second = await context.newPage()
  await second.goto(address)
  await expect(answers(second, 'true')).toHaveCount(1)
  await second.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(second.getByText('Stopped', { exact: true })).toBeVisible()
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
  await second.close()
})

test('continues a stopped answer where it ended', async ({ page, person, stub }) => {
  const mark = `[stub:tokens=3000] [stub:gap=15] go on ${person.email}`
  await page.goto('/')
  await composer(page).fill(mark)
  await composer(page).press('Enter')
  await expect.poll(async () => (await answers(page).innerText()).length).toBeGreaterThan(60)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
  const beginning = (await answers(page).locator('p').first().innerText()).slice(0, 40)
  await stub.answer('answer was cut off', ' and this is the end of it.')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(answers(page, 'false')).toContainText('and this is the end of it.')
  await expect(answers(page, 'false')).toContainText(beginning)
})
