import type { Page } from '@playwright/test'
import { offlinePage } from '@/lib/i18n/offline-worker'
import { expectAccessibleInBoth } from './support/axe'
import { answers, ask, composer, log } from './support/composer'
import { makeChat } from './support/make-chat'
import { storeLooks } from './support/stored-looks'
import { expect, test } from './support/test'

/**
 * A screen, dialog or state that no other test checks in both themes. `open` starts from where the previous stop
 * ended and resolves when the screen is visible.
 */
type Stop = { name: string; open: (page: Page, email: string) => Promise<unknown> }

const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 600
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name })
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

/** Closes all open dialogs with Escape, including the drawer. */
async function leave(page: Page) {
  const modal = page.locator('dialog:modal')
  for (let open = await modal.count(); open > 0; open -= 1) {
    await page.keyboard.press('Escape')
    await expect(modal).toHaveCount(open - 1)
  }
}

const dialogs: readonly Stop[] = [
  {
    name: 'settings',
    open: async (page) => {
      await page.goto('/preferences')
      await expect(page.getByText('This device')).toBeVisible()
    },
  },
  {
    name: 'search before anything is typed',
    open: async (page) => {
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('option', { name: 'Animals' })).toBeVisible()
    },
  },
  {
    name: 'search with results',
    open: async (page) => {
      await page.getByRole('combobox', { name: 'Search and commands' }).fill('ocelot')
      await expect(page.getByRole('dialog').getByRole('status')).toHaveText('1 chat')
    },
  },
  {
    name: 'search without results',
    open: async (page) => {
      await page.getByRole('combobox', { name: 'Search and commands' }).fill('matches no chat')
      await expect(page.getByText('No matching chats')).toBeVisible()
    },
  },
  {
    name: 'the list of shortcuts',
    open: async (page) => {
      await leave(page)
      await page.keyboard.press('Control+/')
      await expect(dialog(page, 'Keyboard shortcuts')).toBeVisible()
    },
  },
]

const account: readonly Stop[] = [
  {
    name: 'a rejected password change',
    open: async (page) => {
      await page.goto('/preferences')
      await page.getByLabel('Current password').fill('not my password at all')
      await page.getByLabel('New password').fill('a quite different horse')
      await button(page, 'Change password').click()
      await expect(page.getByText('Wrong password.')).toBeVisible()
    },
  },
  {
    name: 'the report of an import',
    open: async (page) => {
      const file = JSON.stringify([{ title: 'Broken' }])
      const buffer = Buffer.from(file)
      await page.locator('input[type="file"]').setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer })
      await expect(page.getByText('1 failed:')).toBeVisible()
    },
  },
  {
    name: 'the Undo toast after deleting all chats',
    open: async (page) => {
      await button(page, 'Delete all chats').click()
      await expect(button(page, 'Undo')).toBeVisible()
    },
  },
  {
    name: 'the dialog for deleting the account',
    open: async (page) => {
      await button(page, 'Delete my account').click()
      await expect(dialog(page, 'Delete your account?')).toBeVisible()
    },
  },
  {
    name: 'the dialog for deleting the account after a wrong password',
    open: async (page) => {
      await dialog(page, 'Delete your account?').getByLabel('Confirm your password').fill('not my password at all')
      await button(page, 'Delete account').click()
      await expect(dialog(page, 'Delete your account?').getByText('Wrong password.')).toBeVisible()
    },
  },
]

const inChats: readonly Stop[] = [
  {
    name: 'a temporary chat',
    open: async (page) => {
      await page.goto('/?temporary')
      await expect(page.getByText('Temporary chat: not in your history, deleted after 24 hours.')).toBeVisible()
    },
  },
  {
    name: 'attached files and a rejected one',
    open: async (page) => {
      const picture = await page.evaluate(() => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 })
        canvas.getContext('2d')?.fillRect(0, 0, 20, 30)
        return canvas.toDataURL('image/png').split(',')[1] ?? ''
      })
      await page.locator('input[type=file]').setInputFiles([
        { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from(picture, 'base64') },
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('This fits.') },
        { name: 'paper.pdf', mimeType: 'application/pdf', buffer: Buffer.from([0x25, 0x50, 0x44, 0x46, 0xe2, 0xe3]) },
      ])
      await expect(page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')).toHaveCount(2)
      await expect(page.getByText('“paper.pdf” isn’t supported. Attach an image or a text file.')).toBeVisible()
    },
  },
  {
    name: 'an enlarged image',
    open: async (page, email) => {
      await ask(page, `[stub:reasoning] look at this ${email}`)
      await button(page, /View picture\.\w+/).click()
      await expect(page.locator('dialog:modal')).toBeVisible()
    },
  },
  {
    name: 'expanded reasoning and details',
    open: async (page) => {
      await leave(page)
      await answers(page).getByText('Thought process', { exact: true }).click()
      await answers(page).hover()
      await button(page, 'Details').click()
      await expect(answers(page).getByText('Time to first token')).toBeVisible()
    },
  },
  {
    name: 'the reason for a bad rating',
    open: async (page) => {
      await button(page, 'Bad answer').click()
      await expect(page.getByPlaceholder('What went wrong? (optional)')).toBeVisible()
    },
  },
]

const versions: readonly Stop[] = [
  {
    name: 'the edit box of a message',
    open: async (page, email) => {
      await page.goto('/')
      await ask(page, `[stub:text=Yes.] one ${email}`)
      await log(page).getByRole('article').first().hover()
      await button(page, 'Edit message').click()
      await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeVisible()
    },
  },
  {
    name: 'versions of a message',
    open: async (page, email) => {
      const box = page.getByRole('textbox', { name: 'Edit message' })
      await box.fill(`[stub:tokens=3000] [stub:gap=20] another ${email}`)
      await box.press('Enter')
      await expect(log(page).locator('[aria-label="Versions"]')).toHaveText('2/2')
    },
  },
  {
    name: 'a running answer and a queued message',
    open: async (page) => {
      await expect.poll(async () => (await answers(page).last().innerText()).length).toBeGreaterThan(40)
      await composer(page).fill('Waits')
      await composer(page).press('Enter')
      await expect(page.getByRole('region', { name: 'Queued messages' })).toBeVisible()
    },
  },
  {
    name: 'a stopped answer and a paused queue',
    open: async (page) => {
      await composer(page).fill('still there')
      await button(page, 'Stop').click()
      await expect(page.getByRole('region', { name: 'Queued messages' })).toContainText(
        'Paused: the last answer was stopped or failed.',
      )
    },
  },
  {
    name: 'an unknown chat',
    open: async (page) => {
      await page.goto(`/c/${crypto.randomUUID()}`)
      await expect(page.getByRole('heading', { name: 'Chat not found' })).toBeVisible()
    },
  },
]

const sharing: readonly Stop[] = [
  {
    name: 'the sidebar and the menu of a chat',
    open: async (page, email) => {
      const { rich } = await storeLooks(email)
      await page.goto(rich)
      await expect(page.locator('math')).toBeVisible()
      if (isPhone(page)) await button(page, 'Open sidebar').click()
      const bar = isPhone(page) ? dialog(page, 'Sidebar') : page.getByRole('complementary')
      await bar.getByRole('listitem').filter({ hasText: 'Planting calendar' }).hover()
      await bar.getByRole('button', { name: 'Options for Planting calendar' }).click()
      await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
    },
  },
  {
    name: 'the share dialog',
    open: async (page) => {
      await page.getByRole('menuitem', { name: 'Share…' }).click()
      await expect(dialog(page, 'Share chat')).toBeVisible()
    },
  },
  {
    name: 'the user menu',
    open: async (page) => {
      await leave(page)
      if (isPhone(page)) await button(page, 'Open sidebar').click()
      const bar = isPhone(page) ? dialog(page, 'Sidebar') : page.getByRole('complementary')
      await bar.getByRole('button', { name: 'Ada' }).click()
      await expect(page.getByRole('link', { name: 'Settings' })).toBeVisible()
    },
  },
]

const outside: readonly Stop[] = [
  {
    name: 'a shared chat',
    open: async (page, email) => {
      const { shared } = await storeLooks(email)
      await page.goto(shared)
      await expect(page.locator('math')).toBeVisible()
    },
  },
  {
    name: 'a deleted share link',
    open: async (page) => {
      await page.goto(`/s/${'x'.repeat(24)}`)
      await expect(page.getByRole('heading', { name: 'Link not available' })).toBeVisible()
    },
  },
  {
    name: 'the error page',
    open: async (page) => {
      await page.route(/\/api\/conversations\?/, (route) =>
        route.fulfill({ json: { items: [null], nextCursor: null } }),
      )
      await page.goto('/')
      await expect(page.getByRole('heading', { name: 'Couldn’t load this page' })).toBeVisible()
    },
  },
  {
    name: 'the offline page',
    open: async (page) => {
      await page.goto('about:blank')
      await page.setContent(offlinePage('en').html)
    },
  },
]

async function expectEach(stops: readonly Stop[], page: Page, email: string) {
  for (const { name, open } of stops) {
    await test.step(name, () => open(page, email))
    await expectAccessibleInBoth(page, name)
  }
}

const journeys: Record<string, readonly Stop[]> = {
  'settings, search and the list of shortcuts': dialogs,
  'account settings and dialogs': account,
  'attachments, reasoning, details and feedback': inChats,
  'message versions, a running answer and a queue': versions,
  'the sidebar, its menus and the share dialog': sharing,
  'shared chats and error pages': outside,
}

for (const [name, stops] of Object.entries(journeys))
  test(`${name} are accessible`, async ({ page, person, cleanConsole }) => {
    // Axe analyzes the whole page about ten times.
    test.slow()
    // These screens include rejected requests and a rendering error, which the browser logs.
    cleanConsole.allow(stops === outside ? /./ : /40[04]/)
    if (stops === dialogs || stops === account) await makeChat(page, 'Animals', '[stub:tokens=3] What eats an ocelot?')
    await expectEach(stops, page, person.email)
  })

test('with reduced motion, nothing moves and a new theme applies immediately', async ({ page, person }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  const { rich } = await storeLooks(person.email)
  await page.goto(rich)
  await expect(page.locator('math')).toBeVisible()
  const started = page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const names: string[] = []
        for (const event of ['transitionrun', 'animationstart'])
          document.addEventListener(event, ({ type, target }) => names.push(`${type} ${(target as Element).tagName}`))
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(names))),
        )
      }),
  )
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  expect(await started).toEqual([])
})
