import type { Page } from '@playwright/test'
import type { ModelList } from '@/lib/contract/api'
import { pinFonts } from './support/pinned-fonts'
import { looksNow, storeLooks } from './support/stored-looks'
import { test as base, expect } from './support/test'

/**
 * Compares the main screens with the screenshots in `looks/`. Fonts, clock, time zone and data are fixed.
 * CONTRIBUTING.md explains how to update the screenshots. Small differences are tolerated, because other
 * Chromium versions draw some edges differently: at most one pixel in 2,000 may differ by more than a tenth.
 */
const tolerance = { threshold: 0.1, maxDiffPixelRatio: 0.0005 }

type Theme = 'light' | 'dark'
type Looks = Awaited<ReturnType<typeof storeLooks>>
/** `ready` waits for content that loads late. A screenshot is taken for each theme listed for the project. */
type Screen = {
  name: string
  desktop?: readonly Theme[]
  phone?: readonly Theme[]
  open: (page: Page, looks: Looks) => Promise<unknown>
  ready: (page: Page) => Promise<unknown>
}

const test = base.extend<{ looks: Looks }>({
  looks: async ({ person }, use) => use(await storeLooks(person.email)),
  context: async ({ context }, use) => {
    await pinFonts(context)
    // Only one model is offered, as on most installations, so the model picker is hidden.
    await context.route('**/api/models', async (route) => {
      const response = await route.fetch()
      const offered = (await response.json()) as ModelList
      await route.fulfill({ response, json: { ...offered, items: offered.items.slice(0, 1) } })
    })
    await use(context)
  },
})
test.use({ deviceScaleFactor: 1, timezoneId: 'UTC', contextOptions: { reducedMotion: 'reduce' } })
// Each operating system renders text differently.
test.skip(process.platform !== 'linux', 'The screenshots were taken with Chromium on Linux.')

const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 600
const chatIsDrawn = async (page: Page) => {
  await expect(page.locator('math').first()).toBeVisible()
  await expect(page.locator('.code-keyword').first()).toBeVisible()
}
const listIsThere = async (page: Page) => {
  if (!isPhone(page)) await expect(page.getByRole('link', { name: 'Planting calendar' })).toBeVisible()
}

const signedInScreens: readonly Screen[] = [
  {
    name: 'new-chat',
    desktop: ['light', 'dark'],
    phone: ['light'],
    open: (page) => page.goto('/'),
    ready: listIsThere,
  },
  {
    name: 'chat',
    desktop: ['light', 'dark'],
    phone: ['light', 'dark'],
    open: (page, { rich }) => page.goto(rich),
    ready: async (page) => {
      await listIsThere(page)
      await chatIsDrawn(page)
      await expect(page.getByText('5 min ago')).toBeVisible()
    },
  },
  {
    name: 'drawer',
    phone: ['light'],
    open: async (page, { rich }) => {
      await page.goto(rich)
      await page.getByRole('button', { name: 'Open sidebar' }).click()
    },
    ready: (page) =>
      expect(
        page.getByRole('dialog', { name: 'Sidebar' }).getByRole('link', { name: 'Planting calendar' }),
      ).toBeVisible(),
  },
  {
    name: 'preferences',
    desktop: ['light'],
    phone: ['dark'],
    open: (page) => page.goto('/preferences'),
    ready: async (page) => {
      await listIsThere(page)
      await expect(page.getByText('This device')).toBeAttached()
    },
  },
  {
    name: 'search',
    desktop: ['dark'],
    phone: ['light'],
    open: async (page) => {
      await page.goto('/preferences')
      await expect(page.getByText('This device')).toBeAttached()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Search and commands' }).fill('letter')
    },
    ready: (page) => expect(page.getByRole('dialog').getByRole('status')).toHaveText('1 chat'),
  },
]

const signedOutScreens: readonly Screen[] = [
  {
    name: 'sign-in',
    desktop: ['light'],
    phone: ['dark'],
    open: (page) => page.goto('/sign-in'),
    ready: (page) => expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled(),
  },
  {
    name: 'shared',
    desktop: ['light'],
    phone: ['light'],
    open: (page, { shared }) => page.goto(shared),
    ready: chatIsDrawn,
  },
  {
    name: 'not-found',
    desktop: ['light'],
    open: (page) => page.goto('/nothing-here'),
    ready: (page) => expect(page.getByRole('heading')).toBeVisible(),
  },
]

const brokenPage: Screen = {
  name: 'error',
  phone: ['dark'],
  open: async (page) => {
    // The real server never sends this. The list cannot be rendered, which triggers the error page.
    await page.route(/\/api\/conversations\?/, (route) => route.fulfill({ json: { items: [null], nextCursor: null } }))
    await page.goto('/')
  },
  ready: (page) => expect(page.getByRole('heading', { name: 'Couldn’t load this page' })).toBeVisible(),
}

/** Compares the current page in one theme with its screenshot. The page follows the theme of the system. */
async function expectLook(page: Page, name: string, theme: Theme) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  const hasFonts = () => page.evaluate(() => [...document.fonts].some((font) => font.status === 'loaded'))
  await expect.poll(hasFonts).toBe(true)
  await expect.soft(page).toHaveScreenshot(`${name}-${theme}.png`, tolerance)
}

/** Compares all screens, even after one differs. */
async function expectScreens(shown: readonly Screen[], page: Page, looks: Looks, project: string) {
  await page.clock.setFixedTime(looksNow)
  for (const { name, desktop = [], phone = [], open, ready } of shown) {
    const themes = project === 'phone' ? phone : desktop
    if (themes.length === 0) continue
    await open(page, looks)
    await ready(page)
    for (const theme of themes) await expectLook(page, name, theme)
  }
}

test('screens for signed-in users match their screenshots', async ({ page, looks }, { project }) => {
  await expectScreens(signedInScreens, page, looks, project.name)
})

test('screens for signed-out users match their screenshots', async ({ page, looks, context, cleanConsole }, {
  project,
}) => {
  cleanConsole.allow(/404.*nothing-here/)
  await context.clearCookies()
  await expectScreens(signedOutScreens, page, looks, project.name)
})

test('the error page matches its screenshot', async ({ page, looks, cleanConsole }, { project }) => {
  cleanConsole.allow(/./)
  await expectScreens([brokenPage], page, looks, project.name)
})

test.describe('right-to-left screens', () => {
  test.use({ locale: 'ar' })

  test('an Arabic chat matches its screenshot', async ({ page, looks }, { project }) => {
    await page.clock.setFixedTime(looksNow)
    await page.goto(looks.arabic)
    await expect(page.locator('.code-keyword').first()).toBeVisible()
    if (!isPhone(page)) await expect(page.getByRole('link', { name: 'Planting calendar' })).toBeVisible()
    await expectLook(page, 'arabic', project.name === 'phone' ? 'dark' : 'light')
  })
})
