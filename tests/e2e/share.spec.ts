import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { makeChat } from './support/make-chat'
import { runningGoldfish } from './support/running-goldfish'
import { expect, test } from './support/test'

/** Clicks an entry in the menu of a conversation, opening the sidebar first on a phone. */
async function choose(page: Page, title: string, entry: string) {
  const isPhone = (page.viewportSize()?.width ?? 0) < 600
  if (isPhone) await page.getByRole('button', { name: 'Open sidebar' }).click()
  const bar = isPhone ? page.getByRole('dialog', { name: 'Sidebar' }) : page.getByRole('complementary')
  await bar.getByRole('listitem').filter({ hasText: title }).hover()
  await bar.getByRole('button', { name: `Options for ${title}` }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

test('a share link is created and copied, read by a signed-out visitor, and deleted', async ({
  page,
  person,
  context,
  browser,
  cleanConsole,
}) => {
  expect(person.name).toBe('Ada')
  cleanConsole.allow(/404/)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await makeChat(page, 'Shared thought', `[stub:tokens=3] a thought of ${person.email}`)
  await page.goto('/preferences')
  await choose(page, 'Shared thought', 'Share…')
  const dialog = page.getByRole('dialog', { name: 'Share chat' })
  await dialog.getByRole('button', { name: 'Create link' }).click()
  await expect(dialog.getByText('Link copied')).toBeVisible()
  await expectAccessible(page)
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/\/s\/[A-Za-z0-9_-]{24}$/)
  expect(link).toBe(await dialog.getByRole('textbox', { name: 'Link to this chat' }).inputValue())

  const visitor = await browser.newContext({ baseURL: runningGoldfish().url, locale: 'de-DE' })
  const sharedPage = await visitor.newPage()
  await sharedPage.goto(link)
  await expect(sharedPage.getByRole('heading', { name: 'Shared thought' })).toBeVisible()
  await expect(sharedPage.getByText(`a thought of ${person.email}`)).toBeVisible()
  await expect(sharedPage.getByText('Geteilt am')).toBeVisible()
  await expectAccessible(sharedPage)
  await dialog.getByRole('button', { name: 'Delete link' }).click()
  await expect(dialog.getByText('Link deleted.')).toBeVisible()
  await sharedPage.reload()
  await expect(sharedPage.getByRole('heading', { name: 'Link nicht verfügbar' })).toBeVisible()
  await visitor.close()
})

test('a chat is saved under its title, and an export of all data can be imported again', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  await makeChat(page, 'Fësche Sätze')
  await page.goto('/preferences')
  const saved = page.waitForEvent('download')
  await choose(page, 'Fësche Sätze', 'Export as Markdown')
  const file = await saved
  expect(file.suggestedFilename()).toBe('Fësche Sätze.md')
  expect(await readFile(await file.path(), 'utf8')).toContain('Fësche Sätze')

  await page.goto('/preferences')
  const everything = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export data' }).click()
  const path = await (await everything).path()
  await expect(page.getByText('Download started.')).toBeVisible()
  const input = page.locator('input[type="file"]')
  await input.setInputFiles(path)
  await expect(page.getByText('No chats imported.')).toBeVisible()
  await expect(page.getByText('1 skipped (already imported).')).toBeVisible()

  const chatgpt = [
    {
      title: 'From elsewhere',
      create_time: 1_700_000_000,
      update_time: 1_700_000_100,
      current_node: 'b',
      mapping: {
        a: {
          id: 'a',
          parent: null,
          children: ['b'],
          message: {
            id: 'a',
            author: { role: 'user' },
            create_time: 1_700_000_000,
            content: { content_type: 'text', parts: ['Hello'] },
          },
        },
        b: {
          id: 'b',
          parent: 'a',
          children: [],
          message: {
            id: 'b',
            author: { role: 'assistant' },
            create_time: 1_700_000_050,
            content: { content_type: 'text', parts: ['Hi'] },
          },
        },
      },
    },
    { title: 'Broken' },
  ]
  await input.setInputFiles({
    name: 'conversations.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(chatgpt)),
  })
  await expect(page.getByText('Imported 1 chat.')).toBeVisible()
  await expect(page.getByText('1 failed:')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Broken' })).toBeVisible()
  await expectAccessible(page)
  await input.setInputFiles({ name: 'export.zip', mimeType: 'application/zip', buffer: Buffer.from('PK') })
  await expect(page.getByText('This is a ZIP file.')).toBeVisible()
})
