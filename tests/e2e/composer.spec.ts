import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { answers, ask, composer, log, untilIdle } from './support/composer'
import { expect, test } from './support/test'

const waiting = (page: Page) => page.getByRole('region', { name: 'Waiting messages' })
const slow = '[stub:tokens=3000] [stub:gap=15]'

/** Sends what runs until it is stopped. */
async function askSlowly(page: Page, mark: string) {
  await composer(page).fill(`${slow} ${mark}`)
  await composer(page).press('Enter')
  await expect.poll(async () => (await answers(page).last().innerText()).length).toBeGreaterThan(40)
}

const attach = (page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]) =>
  page.locator('input[type=file]').setInputFiles(files)

test('messages sent meanwhile wait, can be changed, and go one after another', async ({ page, person, stub }) => {
  await page.goto('/')
  // The first answer does not end before everything is in the queue.
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(
    '**/api/chat',
    async (route) => {
      await held
      await route.continue()
    },
    { times: 1 },
  )
  await composer(page).fill(`[stub:text=Yes.] first ${person.email}`)
  await composer(page).press('Enter')
  await expect(answers(page, 'true')).toHaveCount(1)
  for (const word of ['second', 'third', 'fourth']) {
    await composer(page).fill(`[stub:text=Yes.] ${word} ${person.email}`)
    await page.getByRole('button', { name: 'Send after this answer' }).click()
  }
  await expect(waiting(page).getByRole('listitem')).toHaveCount(3)
  await waiting(page).getByRole('listitem').nth(1).getByRole('button', { name: 'Remove from the queue' }).click()
  await waiting(page).getByRole('listitem').nth(1).getByRole('button', { name: 'Back into the box' }).click()
  await expect(composer(page)).toHaveValue(`[stub:text=Yes.] fourth ${person.email}`)
  await composer(page).press('Enter')
  await expect(waiting(page).getByRole('listitem')).toHaveCount(2)
  release()
  await expect(answers(page)).toHaveCount(3)
  await untilIdle(page)
  await expect(waiting(page)).toHaveCount(0)
  expect(await stub.calls(`third ${person.email}`)).toHaveLength(0)
  const said = await log(page).innerText()
  expect(said.indexOf('second')).toBeLessThan(said.indexOf('fourth'))
})

test('a stopped answer holds the queue until one says so; a reload keeps it', async ({ page, person }) => {
  await page.goto('/')
  await askSlowly(page, `first ${person.email}`)
  await composer(page).fill(`[stub:text=Yes.] waits ${person.email}`)
  await composer(page).press('Enter')
  await expect(waiting(page)).toContainText('Waits for this answer')
  await expectAccessible(page)
  await page.reload()
  await expect(answers(page, 'true')).toHaveCount(1)
  await expect(waiting(page).getByRole('listitem')).toHaveCount(1)
  await composer(page).fill('still there')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(waiting(page)).toContainText('did not end well')
  await expect(answers(page)).toHaveCount(1)
  await page.reload()
  await expect(waiting(page)).toContainText('waited while this page was closed')
  await expectAccessible(page)
  await waiting(page).getByRole('button', { name: 'Send now' }).click()
  await expect(answers(page)).toHaveCount(2)
  await untilIdle(page)
  await expect(waiting(page)).toHaveCount(0)
  await expect(composer(page)).toHaveValue('still there')
})

test('an image and a text go with a message, and are shown with it', async ({ page, person, stub }) => {
  await page.goto('/')
  const pixels = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 420, height: 320 })
    const pen = canvas.getContext('2d')
    const noise = pen?.createImageData(420, 320)
    if (pen == null || noise == null) throw new Error('no canvas')
    // What no encoder can make small; the same each time.
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
  const open = page.getByRole('button', { name: /Show large\.\w+ large/ })
  await open.click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(open).toBeFocused()
})

test('what cannot be attached is said in words, and a refused message brings its files back', async ({
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
  await expect(page.getByText('“paper.pdf” is neither an image nor a text that can be read.')).toBeVisible()
  await expect(page.getByText('“huge.txt” does not fit', { exact: false })).toBeVisible()
  await page.route('**/api/chat', (route) => route.fulfill({ status: 500, body: 'no' }), { times: 1 })
  await composer(page).fill(`with a file ${person.email}`)
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue(`with a file ${person.email}`)
  await expect(page.getByRole('list', { name: 'Attached files' })).toContainText('fits.txt')
  await composer(page).press('Enter')
  await expect(answers(page, 'false')).toHaveCount(1)
  await expect(log(page).getByText('fits.txt')).toBeVisible()
})

test('files are dropped and pasted; long pasted text stays text', async ({ page, person }) => {
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

test('a temporary chat says so, and is in no list', async ({ page, person }) => {
  const mark = `off the record ${person.email.slice(0, 8)}`
  await page.goto('/')
  const toggle = page.getByRole('button', { name: 'Temporary' })
  await toggle.click()
  await expect(toggle).toHaveAttribute('aria-pressed', 'true')
  const banner = page.getByText('Temporary: not in your list, erased after 24 hours.')
  await expect(banner).toBeVisible()
  await expectAccessible(page)
  await ask(page, mark)
  await expect(toggle).toHaveCount(0)
  await page.reload()
  await expect(log(page).getByText(mark)).toBeVisible()
  await expect(banner).toBeVisible()
  const listed = await page.request.get('/api/conversations')
  expect(await listed.text()).not.toContain(mark)
})

test('what is written there is text, whatever it looks like', async ({ page, person, stub }) => {
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const naughty = [
    '<script>alert(1)</script>',
    '"><svg/onload=alert(2)>',
    'javascript:alert(3)',
    '{{constructor.constructor("alert(4)")()}}',
    '\u202Eright to left',
    '¯\\_(ツ)_/¯ 👩‍👩‍👧‍👦 Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤',
    '%s%n $1 #{7*7} {count, plural, one {x}}',
  ].join('\n')
  await page.goto('/')
  await stub.answer(`noted ${person.email}`, 'Noted.')
  await composer(page).fill(`${naughty}\nnoted ${person.email}`)
  await composer(page).press('Enter')
  await untilIdle(page)
  const turn = log(page).getByRole('article').first()
  await expect(turn.locator('p')).toHaveText(`${naughty}\nnoted ${person.email}`)
  await expect(turn.locator('script, svg[onload]')).toHaveCount(0)
  await expect(page).toHaveTitle(/^<script>alert\(1\)<\/script>/)
  await askSlowly(page, person.email)
  await composer(page).fill(naughty)
  await page.getByRole('button', { name: 'Send after this answer' }).click()
  await expect(waiting(page)).toContainText('<script>alert(1)</script>')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  expect(dialogs).toEqual([])
})
