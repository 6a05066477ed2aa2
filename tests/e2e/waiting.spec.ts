import { answers, ask, composer, log } from './support/composer'
import { expect, test } from './support/test'

test('a broken connection is reported immediately, and the received text stays until more arrives', async ({
  page,
  person,
  cleanConsole,
}) => {
  cleanConsole.allow(/Failed to load resource|ERR_/)
  // Wraps the page's fetch, so that the test can cut the connection as a dying server does.
  await page.addInitScript(() => {
    const original = window.fetch
    const cut = { now: () => {}, away: false }
    Object.assign(window, { cut })
    window.fetch = async (input, init) => {
      const path = String(input)
      if (!path.includes('/api/chat')) return original(input, init)
      if (cut.away) throw new TypeError('cut')
      const response = await original(input, init)
      if (response.body === null || path.endsWith('/stop')) return response
      const reader = response.body.getReader()
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          cut.now = () => controller.error(new TypeError('cut'))
          const pump = (): Promise<void> =>
            reader.read().then(({ done, value }) => {
              if (done) return controller.close()
              controller.enqueue(value)
              return pump()
            })
          pump().catch(() => undefined)
        },
        cancel: () => reader.cancel(),
      })
      return new Response(body, { status: response.status, headers: response.headers })
    }
  })
  type Cut = { cut: { now: () => void; away: boolean } }
  await page.goto('/')
  await composer(page).fill(`[stub:tokens=3000] [stub:gap=15] reconnect ${person.email}`)
  await composer(page).press('Enter')
  await expect.poll(async () => (await answers(page).innerText()).length).toBeGreaterThan(100)
  await page.evaluate(() => {
    const { cut } = window as unknown as Cut
    cut.away = true
    cut.now()
  })
  await expect(log(page).getByText('Reconnecting…')).toBeVisible()
  const lengthBefore = (await answers(page).innerText()).length
  expect(lengthBefore).toBeGreaterThan(100)
  await page.evaluate(() => {
    const { cut } = window as unknown as Cut
    cut.away = false
    window.dispatchEvent(new Event('online'))
  })
  await expect(log(page).getByText('Reconnecting…')).toHaveCount(0)
  await expect.poll(async () => (await answers(page).innerText()).length).toBeGreaterThan(lengthBefore + 40)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
})

test('shows what the answer is waiting for after a few seconds', async ({ page, person }) => {
  await page.clock.install()
  await page.goto('/')
  await composer(page).fill(`[stub:hang] silent ${person.email}`)
  await composer(page).press('Enter')
  await expect(log(page).getByText('Thinking…')).toBeVisible()
  await page.clock.fastForward(6000)
  await expect(log(page).getByText(/^Waiting for .+…$/)).toBeVisible()
  await page.clock.fastForward(16_000)
  await expect(log(page).getByText(/ is taking longer than usual…/)).toBeVisible()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
})

test('shows the title that the model generates, and then stops polling for it', async ({ page, person }) => {
  const modelTitle = `A made title ${person.email.slice(0, 8)}`
  let isTitleGenerated = false
  let started = 0
  let finished = 0
  await page.route(/\/api\/conversations\?pinned=false/, async (route) => {
    started += 1
    const response = await route.fetch()
    const list = await response.json()
    const title = isTitleGenerated ? { title: modelTitle, titledBy: 'model' } : { titledBy: 'question' }
    const items = list.items.map((item: object) => ({ ...item, running: false, ...title }))
    await route.fulfill({ response, json: { ...list, items } })
    finished += 1
  })
  await page.clock.install()
  await page.goto('/')
  await ask(page, `title me ${person.email}`)
  await expect(page).toHaveTitle(/title me/)
  isTitleGenerated = true
  await page.clock.fastForward(4100)
  await expect(page).toHaveTitle(new RegExp(modelTitle))
  await expect.poll(() => started - finished).toBe(0)
  const finishedBefore = finished
  await page.clock.fastForward(20_000)
  // This request is sent after any others of that time, so when it is answered, they have been counted.
  await page.evaluate(() => fetch('/api/preferences').then((response) => response.text()))
  expect(started).toBe(finishedBefore)
})
