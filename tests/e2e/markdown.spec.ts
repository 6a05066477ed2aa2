import type { Page } from '@playwright/test'
import { hostileTexts } from '@/tests/markdown/hostile-texts'
import { expectAccessible } from './support/axe'
import { ask } from './support/composer'
import { expect, test } from './support/test'

const answer = (page: Page) => page.getByRole('log').locator('article[aria-busy]').last()
const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 600

const rich = `# A title

Some **bold**, *slanted* and \`code\`, a [link](https://example.org/page), a formula \\(x^2\\) and $5.

| Column one with many words | Column two with many words | Column three with many words | Column four | Five |
|---|---|---|---:|:---:|
| one | two | three | four | five |

\`\`\`python
# a comment
def greet(name):
    return "a line so long that it cannot stand in the width of a phone, nor in that of a reading column on a desk"
\`\`\`

- [x] done
- [ ] to do

$$\\int_0^1 x\\,dx = \\frac{1}{2}$$

> مرحبا

![a cat](https://elsewhere.invalid/cat.png)
`

test('renders Markdown and loads the code for formulas and highlighting with the first answer that needs it', async ({
  page,
  person,
  stub,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const scripts: string[] = []
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(request.url())
  })
  await page.goto('/')
  await ask(page, `plain words ${person.email}`)
  const before = scripts.length
  await ask(page, `more plain words ${person.email}`)
  expect(scripts.slice(before)).toEqual([])

  await stub.answer(`rich ${person.email}`, rich)
  await ask(page, `rich ${person.email}`)
  await expect(answer(page).locator('math')).toHaveCount(2)
  await expect(answer(page).locator('.code-keyword').first()).toHaveText('def')
  expect(scripts.length).toBeGreaterThan(before)
  await expect(answer(page).getByRole('link', { name: 'Image: a cat' })).toHaveAttribute('rel', /noopener/)
  await expect(answer(page).getByText('(https://elsewhere.invalid/cat.png)')).toBeVisible()
  await expect(answer(page).getByText('مرحبا')).toHaveCSS('direction', 'rtl')

  const code = answer(page).getByRole('region', { name: 'Code, python' })
  const overflow = () => code.evaluate((area) => area.scrollWidth - area.clientWidth)
  expect(await overflow()).toBeGreaterThan(0)
  await answer(page).getByRole('button', { name: 'Wrap lines' }).click()
  expect(await overflow()).toBe(0)
  await answer(page).getByRole('button', { name: 'Copy code' }).click()
  await expect(answer(page).getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^# a comment\ndef greet/)

  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(wide).toBe(0)
  if (isPhone(page)) {
    const table = answer(page).getByRole('region', { name: 'Table' })
    expect(await table.evaluate((area) => area.scrollWidth - area.clientWidth)).toBeGreaterThan(0)
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expectAccessible(page)
  }
})

test('hostile Markdown runs no script, loads nothing and links nowhere, even while it is streaming', async ({
  page,
  person,
  stub,
  baseURL,
}) => {
  const harm: string[] = []
  page.on('dialog', (dialog) => {
    harm.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL ?? '-')) harm.push(request.url())
  })
  page.on('popup', (popup) => harm.push(popup.url()))
  await page.goto('/')
  // The database cannot store NUL, so such a text never reaches a page.
  const texts = hostileTexts.filter((text) => !text.includes('\0'))
  // Sends the texts as two answers: one at once and one streamed in pieces.
  await stub.answer(`harm at once ${person.email}`, texts.join('\n\n'))
  await ask(page, `harm at once ${person.email}`)
  const third = texts.filter((_, at) => at % 3 === 0).join('\n\n')
  await stub.answer(`harm in pieces ${person.email}`, third, { gapMs: 2 })
  await ask(page, `harm in pieces ${person.email}`)
  const log = page.getByRole('log')
  await expect(log.locator('math').first()).toBeAttached()
  await expect(
    log.locator(
      'article :is(img, script, iframe, object, embed, form, style, link, meta, base, video, audio, template)',
    ),
  ).toHaveCount(0)
  const addresses = await log
    .locator('article a')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).protocol))
  expect(addresses.filter((protocol) => !['https:', 'http:', 'mailto:'].includes(protocol))).toEqual([])
  for (const link of (await log.locator('article a').all()).slice(0, 5)) await link.hover()
  expect(harm).toEqual([])
})

/** Texts that once blocked the page for seconds to minutes. */
const slow = [
  `\`\`\`markdown\n${'[a]('.repeat(1600)}\n\`\`\``,
  ...['markdown', 'java', 'ini', 'typescript', 'csharp', 'haskell'].map(
    (language) => `\`\`\`${language}\n${'[a](\n'.repeat(700)}${'a'.repeat(900)}\n\`\`\``,
  ),
  `**${'*a '.repeat(1500)}`,
  `- ${'$$\n'.repeat(1500)}`,
  `${'start of a long paragraph '.repeat(500)}end of the long paragraph`,
].join('\n\n')

test('a chat and a share with slow texts stay responsive and show a long paragraph completely', async ({
  page,
  person,
}) => {
  await page.goto('/')
  const headers = { origin: new URL(page.url()).origin }
  // A model's answer is limited to less than this, but an imported one is not.
  const message = (role: string, text: string) => ({ author: { role }, content: { parts: [text] } })
  const mapping = {
    question: { message: message('user', `What is slow for ${person.email}?`) },
    answer: { parent: 'question', message: message('assistant', slow) },
  }
  const imported = await page.request.post('/api/conversations/import', {
    headers,
    data: [{ title: 'Slow texts', mapping }],
  })
  expect(await imported.json()).toMatchObject({ imported: 1 })
  const listed = (await (await page.request.get('/api/conversations')).json()) as { items: { id: string }[] }
  await page.goto(`/c/${listed.items[0]?.id}`)
  const long = page.getByText('end of the long paragraph')
  await expect(long).toHaveText(/^(start of a long paragraph ){500}end of the long paragraph$/)
  await answer(page).getByRole('button', { name: 'Wrap lines' }).first().click()
  await expect(answer(page).getByRole('button', { name: 'Wrap lines' }).first()).toHaveAttribute('aria-pressed', 'true')

  const id = new URL(page.url()).pathname.split('/').at(-1)
  const created = await page.request.post(`/api/conversations/${id}/share`, { headers })
  await page.goto(((await created.json()) as { path: string }).path)
  await expect(page.getByText('end of the long paragraph')).toBeVisible()
  await page.getByRole('button', { name: 'Wrap lines' }).first().click()
  await expect(page.getByRole('button', { name: 'Wrap lines' }).first()).toHaveAttribute('aria-pressed', 'true')
})
