import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from './support/axe'
import { composer, log, untilIdle } from './support/composer'
import { restingPlace, scrollTop } from './support/scroll'
import { storeChat } from './support/stored-chat'
import { expect, test } from './support/test'

const toNewest = (page: Page) => page.getByRole('button', { name: 'Jump to latest' })
const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 600
/** Locates a message by its whole text, or an answer by its first paragraph. */
const message = (page: Page, text: string) => log(page).locator('[data-message]').getByText(text, { exact: true })
/** Polls, because a busy machine may read the position between layout and the correction before paint. */
const expectToStay = (element: Locator, top: number) =>
  expect.poll(async () => Math.abs((await topOf(element)) - top)).toBeLessThanOrEqual(1)

const topOf = async (element: Locator) => Math.round((await element.boundingBox())?.y ?? Number.NaN)
const textLength = async (page: Page) => (await log(page).innerText()).length

/** The timeout for steps that need several requests. */
const patience = { timeout: 20_000 }

/** Sends a question with a long-running answer. */
async function askAtLength(page: Page, text: string) {
  await composer(page).fill(`[stub:tokens=5000] [stub:gap=8] ${text}`)
  await composer(page).press('Enter')
  await expect(page.locator('article[aria-busy="true"]')).toBeVisible()
}
async function stop(page: Page) {
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.locator('article[aria-busy="true"]')).toHaveCount(0)
}

test('a chat of 10,000 messages opens at its end and scrolls back without a jump', async ({ page, person }) => {
  const chat = await storeChat(person.email, 10_000)
  await page.goto(chat.path)
  await expect(message(page, 'Answer 10000')).toBeInViewport()
  await expect(message(page, 'Question 9971')).toBeAttached()
  expect(await log(page).locator('[data-message]').count()).toBeLessThan(100)

  // The previous page is held back until the top is in view.
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/messages?*cursor=*', async (route) => {
    await released
    await route.continue()
  })
  const oldest = message(page, 'Question 9971')
  await toTop(page, oldest)
  await expect(message(page, 'Question 9941')).toHaveCount(0)
  const before = await topOf(oldest)
  release()
  await expect(message(page, 'Question 9941')).toBeAttached()
  await expectToStay(oldest, before)
})

/**
 * Scrolls up repeatedly, as a user does, because restoring the reading position during rendering moves the top
 * away again.
 */
const toTop = (page: Page, there: Locator) =>
  expect(async () => {
    await log(page).evaluate((box) => box.scrollTo(0, 0))
    await expect(there).toBeInViewport({ timeout: 1_000 })
  }).toPass({ timeout: 15_000 })

const oldestNumber = async (page: Page) => {
  // Elements outside the view have no `innerText` because of `content-visibility`.
  const text = await log(page).locator('[data-message]').first().textContent()
  return /\d+/.exec(text ?? '')?.[0] ?? ''
}

test('a failed page of older messages shows an error in its place, and Retry loads it', async ({
  page,
  person,
  cleanConsole,
}) => {
  cleanConsole.allow(/Failed to load resource|ERR_FAILED/)
  const chat = await storeChat(person.email, 200)
  await page.route('**/messages?*cursor=*', (route) => route.abort())
  await page.goto(chat.path)
  await expect(message(page, 'Question 171')).toBeAttached()
  await toTop(page, log(page).getByRole('alert'))
  const oldest = message(page, `Question ${await oldestNumber(page)}`)
  await page.unroute('**/messages?*cursor=*')
  const before = await topOf(oldest)
  await log(page).getByRole('button', { name: 'Retry' }).click()
  await expect(message(page, 'Question 141')).toBeAttached()
  await expect(log(page).getByRole('alert')).toHaveCount(0)
  await expectToStay(oldest, before)
})

test('older messages that arrive during scrolling do not move the visible text', async ({ page, person }) => {
  const chat = await storeChat(person.email, 200)
  const released = Promise.withResolvers<void>()
  await page.route('**/messages?*cursor=*', async (route) => {
    await released.promise
    await route.continue()
  })
  await page.goto(chat.path)
  await expect(message(page, 'Question 171')).toBeAttached()
  const oldest = message(page, 'Question 171')
  await toTop(page, oldest)
  await log(page).evaluate((box) => box.scrollTo(0, 200))
  await restingPlace(page)
  const before = await topOf(oldest)
  // Scrolls up and down, so that each frame has a scroll event.
  const moves = await log(page).evaluateHandle((box) => {
    const move = { by: 8 }
    const next = () => {
      if (move.by === 0) return
      box.scrollBy(0, move.by)
      move.by = -move.by
      requestAnimationFrame(next)
    }
    next()
    return move
  })
  released.resolve()
  await expect(message(page, 'Question 141')).toBeAttached()
  await moves.evaluate((move) => {
    move.by = 0
  })
  await expect.poll(async () => Math.abs((await topOf(oldest)) - before)).toBeLessThanOrEqual(10)
})

test('a link to a message scrolls there, and the parameter is removed from the URL', async ({ page, person }) => {
  const chat = await storeChat(person.email, 300)
  // The highlight is short, so this records that it was shown.
  await page.addInitScript(() => {
    const animate = Element.prototype.animate
    Element.prototype.animate = function (...how) {
      this.setAttribute('data-shone', '')
      return animate.apply(this, how)
    }
  })
  await page.goto(`${chat.path}?message=${chat.messageId(201)}`)
  const found = log(page).locator('[data-message]', { hasText: 'Question 201' })
  await expect(found).toBeInViewport(patience)
  await expect(found).toBeFocused()
  await expect(found).toHaveAttribute('data-shone')
  await expect(page).toHaveURL(new RegExp(`${chat.path}$`))
  // All messages after it must be loaded, too.
  await expect(message(page, 'Question 299')).toBeAttached()
})

test('a message too far back is shown with the messages before it, and a button leads to the newest', async ({
  page,
  person,
}) => {
  const chat = await storeChat(person.email, 3000)
  await page.goto(`${chat.path}?message=${chat.messageId(400)}`)
  await expect(message(page, 'Answer 400')).toBeInViewport(patience)
  await expect(page.getByText('Earlier in this chat')).toBeVisible()
  await expectAccessible(page)
  await toNewest(page).click()
  await expect(message(page, 'Answer 3000')).toBeInViewport(patience)
  await expect(page.getByText('Earlier in this chat')).toHaveCount(0)
})

test('a link to an unknown message shows a notice at the end of the chat', async ({ page, person, cleanConsole }) => {
  cleanConsole.allow(/404/)
  const chat = await storeChat(person.email, 20)
  await page.goto(`${chat.path}?message=${crypto.randomUUID()}`)
  await expect(page.getByText('That message no longer exists.')).toBeVisible()
  await expect(message(page, 'Answer 20')).toBeInViewport()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText('That message no longer exists.')).toHaveCount(0)
})

test('a failed jump in an open chat shows an error, keeps the page, and can be retried', async ({
  page,
  person,
  cleanConsole,
}) => {
  cleanConsole.allow(/Failed to load resource|ERR_FAILED/)
  const chat = await storeChat(person.email, 100)
  await page.goto(chat.path)
  await expect(message(page, 'Answer 100')).toBeInViewport()
  await page.route('**/messages?*', (route) => route.abort())
  // Navigates within the page, as a search result does.
  await page.evaluate((query) => window.history.pushState(null, '', query), `?message=${chat.messageId(21)}`)
  const notice = page.getByRole('alert').filter({ hasText: 'Couldn’t load that message.' })
  await expect(notice).toBeVisible()
  await expect(message(page, 'Answer 100')).toBeInViewport()
  await expectAccessible(page)
  await page.unroute('**/messages?*')
  await notice.getByRole('button', { name: 'Retry' }).click()
  await expect(message(page, 'Question 21')).toBeInViewport(patience)
  await expect(notice).toHaveCount(0)
})

test('another version of a message far above stays in view with all later messages', async ({ page, person }) => {
  const chat = await storeChat(person.email, 200)
  await page.goto(`${chat.path}?message=${chat.messageId(21)}`)
  await expect(message(page, 'Question 21')).toBeInViewport(patience)
  await log(page).locator('[data-message]', { hasText: 'Question 21' }).hover()
  const turn = log(page)
    .locator('[data-turn]')
    .filter({ has: page.getByText('Question 21', { exact: true }) })
  await turn.getByRole('button', { name: 'Edit message' }).click()
  const box = page.getByRole('textbox', { name: 'Edit message' })
  await box.fill(`[stub:text=Yes.] edited ${person.email}`)
  await box.press('Enter')
  const arrows = log(page).locator('[aria-label="Versions"]')
  await expect(arrows).toHaveText('2/2')
  await untilIdle(page)
  await arrows.getByRole('button', { name: 'Previous version' }).focus()
  await page.keyboard.press('Enter')
  await expect(message(page, 'Question 21')).toBeInViewport(patience)
  await expect(arrows).toHaveText('1/2')
  await expect(arrows.getByRole('button', { name: 'Previous version' })).toBeFocused()
  await expect(message(page, 'Answer 200')).toBeAttached()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(arrows).toHaveText('2/2')
  await expect(message(page, `[stub:text=Yes.] edited ${person.email}`)).toBeInViewport(patience)
})

test('a message sent from an earlier place is shown after the newest message', async ({ page, person }) => {
  const chat = await storeChat(person.email, 2500)
  await page.goto(`${chat.path}?message=${chat.messageId(100)}`)
  await expect(message(page, 'Answer 100')).toBeInViewport(patience)
  await composer(page).fill(`a new thing ${person.email}`)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(message(page, `a new thing ${person.email}`)).toBeInViewport()
  await expect(message(page, 'Answer 2500')).toBeAttached()
  await expect(message(page, 'Answer 100')).toHaveCount(0)
})

test('the smallest upward scroll stops following the newest text, with each input device', async ({ page, person }) => {
  await page.goto('/')
  await askAtLength(page, `let go ${person.email}`)
  const box = await log(page).boundingBox()
  const middle = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
  const devices: Record<string, () => Promise<void>> = {
    wheel: async () => {
      await page.mouse.move(middle.x, middle.y)
      await page.mouse.wheel(0, -2)
    },
    keyboard: async () => {
      await log(page).focus()
      await page.keyboard.press('ArrowUp')
    },
    // Simulates dragging the scroll bar: a scroll in each frame while text is arriving.
    'scroll bar': () =>
      log(page).evaluate(async (element) => {
        // In a frame in which a line was added, the view may still follow the text.
        let up = 0
        for (let frame = 0; frame < 120 && up < 3; frame += 1) {
          const from = element.scrollTop
          element.scrollBy(0, -6)
          await new Promise(requestAnimationFrame)
          up = element.scrollTop < from ? up + 1 : 0
        }
      }),
  }
  if (isPhone(page))
    devices.touch = async () => {
      const client = await page.context().newCDPSession(page)
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', dy: number) =>
        client.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: type === 'touchEnd' ? [] : [{ x: middle.x, y: middle.y + dy }],
        })
      await touch('touchStart', 0)
      for (const dy of [10, 20, 30, 40]) await touch('touchMove', dy)
      await touch('touchEnd', 40)
    }
  for (const [device, scrollUp] of Object.entries(devices)) {
    await expect(toNewest(page)).toBeVisible()
    await toNewest(page).click()
    await expect(toNewest(page)).toBeHidden()
    const followed = await scrollTop(page)
    await expect.poll(() => scrollTop(page), `follows before the ${device}`).toBeGreaterThan(followed + 40)
    await scrollUp()
    const length = await textLength(page)
    await expect.poll(() => textLength(page)).toBeGreaterThan(length + 300)
    await expect(toNewest(page), `let go by the ${device}`).toBeVisible()
  }
  await stop(page)
})

const shapes = `Some words first.

| Name | What it is |
|---|---|
| one | **first** |
| two | second |

\`\`\`python
def add(a, b):
    return a + b
\`\`\`

$$\\sum_{i=0}^{n} x_i = \\frac{1}{2}$$

![a picture](https://elsewhere.invalid/a.png)

1. a list
2. of things

The end.`

test('a question moves to the top and stays there until its answer has been rendered and has ended', async ({
  page,
  person,
  stub,
}) => {
  const question = `shapes ${person.email}`
  const chat = await storeChat(person.email, 40)
  await stub.answer(question, shapes, { gapMs: 15 })
  await page.goto(chat.path)
  await expect(message(page, 'Answer 40')).toBeInViewport()
  await composer(page).fill(question)
  await composer(page).press('Enter')
  const asked = message(page, question)
  await expect.poll(async () => (await topOf(asked)) - (await topOf(log(page)))).toBeLessThan(80)
  const tops = await page.evaluateHandle((text) => {
    const positions: number[] = []
    const card = [...document.querySelectorAll('[data-message] p')].find((element) => element.textContent === text)
    const record = () => {
      if (card) positions.push(card.getBoundingClientRect().top)
      requestAnimationFrame(record)
    }
    record()
    return positions
  }, question)
  // The question may still be moving in the first frames. It has arrived when its position is the same in ten
  // frames.
  const arrival = await page.waitForFunction((positions) => {
    const last = positions.slice(-10)
    return last.length === 10 && new Set(last).size === 1 && { place: Number(last[0]), frame: positions.length }
  }, tops)
  const arrived = (await arrival.jsonValue()) || { place: Number.NaN, frame: 0 }
  await expect(log(page).getByText('The end.')).toBeVisible()
  await expect(page.locator('article[aria-busy="true"]')).toHaveCount(0)
  await expect(log(page).locator('math')).toBeVisible()
  const moved = await tops.evaluate(
    (positions, { place, frame }) => positions.slice(frame).filter((top) => Math.abs(top - place) >= 2),
    arrived,
  )
  expect(moved).toEqual([])
})

test('an on-screen keyboard neither moves the visible text nor covers the newest text', async ({ page, person }) => {
  const chat = await storeChat(person.email, 60)
  await page.goto(chat.path)
  const last = message(page, 'Answer 60')
  await expect(last).toBeInViewport()
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
  await page.setViewportSize({ width, height: height - 250 })
  await expect(log(page).getByText('const n = 60')).toBeInViewport()
  await page.setViewportSize({ width, height })

  const middle = message(page, 'Question 51')
  await middle.evaluate((element) => element.scrollIntoView({ block: 'start' }))
  await expect(toNewest(page)).toBeVisible()
  const before = await topOf(middle)
  await page.setViewportSize({ width, height: height - 250 })
  await expect(middle).toBeInViewport()
  expect(await topOf(middle)).toBe(before)
})
