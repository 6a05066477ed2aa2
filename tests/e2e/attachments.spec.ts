import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { answers, ask, composer, log } from './support/composer'
import { expect, test } from './support/test'

const attach = (page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]) =>
  page.locator('input[type=file]').setInputFiles(files)

test('sends an image and a text with a message and shows both', async ({ page, person, stub }) => {
  await page.goto('/')
  const pixels = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 420, height: 320 })
    const pen = canvas.getContext('2d')
    const noise = pen?.createImageData(420, 320)
    if (pen == null || noise == null) throw new Error('no canvas')
    // Deterministic noise, which no encoder can compress.
    let state = 1
    for (let at = 0; at < noise.data.length; at += 1) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      noise.data[at] = at % 4 === 3 ? 255 : state >>> 24
    }
    pen.putImageData(noise, 0, 0)
    return canvas.toDataURL('image/png')
  })
  const large = Buffer.from(pixels.slice(pixels.indexOf(',') + 1), 'base64')
  expect(large.length).toBeGreaterThan(128 * 1024)
  const name = '<img src=x onerror=alert(1)>.md'
  await attach(
    page,
    { name: 'large.png', mimeType: 'image/png', buffer: large },
    { name, mimeType: '', buffer: Buffer.from('# <script>alert(2)</script>') },
  )
  const chips = page.getByRole('list', { name: 'Attached files' })
  await expect(chips.getByRole('listitem')).toHaveCount(2)
  await expect(chips).toContainText(name)
  await expectAccessible(page)
  await ask(page, `look at these ${person.email}`)
  await expect(chips).toHaveCount(0)
  const [call] = await stub.calls(`look at these ${person.email}`)
  expect(call?.body).toContain('data:image/')

  await page.reload()
  await log(page).getByText(name).click()
  await expect(log(page).getByText('# <script>alert(2)</script>')).toBeVisible()
  const open = page.getByRole('button', { name: /View large\.\w+/ })
  await open.click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(open).toBeFocused()
})

test('explains why a file cannot be attached, and restores the files of a rejected message', async ({
  page,
  person,
  cleanConsole,
}) => {
  cleanConsole.allow(/Failed to load resource/)
  await page.goto('/')
  await attach(
    page,
    { name: 'paper.pdf', mimeType: 'application/pdf', buffer: Buffer.from([0x25, 0x50, 0x44, 0x46, 0xe2, 0xe3, 0xcf]) },
    { name: 'huge.txt', mimeType: 'text/plain', buffer: Buffer.alloc(200 * 1024, 'a') },
    { name: 'fits.txt', mimeType: 'text/plain', buffer: Buffer.from('This fits.') },
  )
  await expect(page.getByText('“paper.pdf” isn’t supported. Attach an image or a text file.')).toBeVisible()
  await expect(page.getByText('“huge.txt” is too large. Attachments can total 128 KB per message.')).toBeVisible()
  await page.route('**/api/chat', (route) => route.fulfill({ status: 500, body: 'no' }), { times: 1 })
  await composer(page).fill(`with a file ${person.email}`)
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue(`with a file ${person.email}`)
  await expect(page.getByRole('list', { name: 'Attached files' })).toContainText('fits.txt')
  await composer(page).press('Enter')
  await expect(answers(page, 'false')).toHaveCount(1)
  await expect(log(page).getByText('fits.txt')).toBeVisible()
})

test('attaches dropped and pasted files, but pastes a spreadsheet cell as text', async ({ page, person }) => {
  expect(person.name).toBe('Ada')
  await page.goto('/')
  const send = (type: 'paste' | 'drop', files: string[], text = '') =>
    composer(page).evaluate(
      (box, given) => {
        const transfer = new DataTransfer()
        for (const name of given.files) transfer.items.add(new File(['some text'], name, { type: 'text/plain' }))
        if (given.text !== '') transfer.setData('text/plain', given.text)
        const init = { bubbles: true, cancelable: true }
        if (given.type === 'paste') box.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: transfer }))
        else
          for (const step of ['dragenter', 'drop'])
            box.dispatchEvent(new DragEvent(step, { ...init, dataTransfer: transfer }))
      },
      { type, files, text },
    )
  const chips = page.getByRole('list', { name: 'Attached files' })
  await send('paste', ['pasted.txt'])
  await expect(chips.getByRole('listitem')).toHaveCount(1)
  await send('paste', ['cell.png'], 'a cell of a table')
  await send('drop', ['dropped-1.txt', 'dropped-2.txt'])
  await expect(chips.getByRole('listitem')).toHaveCount(3)
  await page.getByRole('button', { name: 'Remove dropped-1.txt' }).click()
  await expect(chips.getByRole('listitem')).toHaveCount(2)
  await expect(chips).not.toContainText('cell.png')
})
