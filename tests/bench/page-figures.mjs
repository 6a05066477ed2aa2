/* Measures the chat page in a browser: opening, typing, streaming. Each figure is taken in its own browser context. */
import { randomUUID } from 'node:crypto'
import { chromium } from '@playwright/test'
import { findChromium } from '../../scripts/test/find-chromium.mjs'
import { quantile } from './load.mjs'
import { storeChat } from './store-chat.mjs'

/** @typedef {import('@playwright/test').Browser} Browser */
/** @typedef {import('@playwright/test').Page} Page */

const longChat = 10_000
const keys = 60
const runs = 5
const tokensPerSecond = 200

/**
 * @param {{ url: string, stubUrl: string, databaseUrl: string }} running
 */
export async function pageFigures(running) {
  const executablePath = findChromium()
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
  const browser = await chromium.launch({ args, ...(executablePath && { executablePath }) })
  try {
    const person = await signUp(browser, running.url)
    const short = await storeChat(running.databaseUrl, person.email, 2)
    const long = await storeChat(running.databaseUrl, person.email, longChat)
    const open = (/** @type {{ path: string }} */ chat) => opening(browser, person.state, running.url + chat.path)
    await open(short)
    const shortRuns = []
    const longRuns = []
    for (let run = 0; run < runs; run++) {
      shortRuns.push(await open(short))
      longRuns.push(await open(long))
    }
    const typing = await keyTimes(browser, person.state, running.url + long.path, 0)
    return {
      openOf2: medians(shortRuns),
      openOf10000: medians(longRuns),
      msPerKeyIn10000: typing,
      msPerKeyWith1000Loaded: await keyTimes(browser, person.state, running.url + long.path, 1000),
      streaming: await streaming(browser, person.state, running),
    }
  } finally {
    await browser.close()
  }
}

/** @param {Browser} browser @param {string} url */
async function signUp(browser, url) {
  const context = await browser.newContext()
  const email = `${randomUUID()}@example.com`
  const response = await context.request.post(`${site(url)}/api/auth/sign-up/email`, {
    data: { name: 'Bench', email, password: 'correct horse battery staple' },
    headers: { origin: site(url) },
  })
  if (!response.ok()) throw new Error(`sign-up: ${response.status()}`)
  const state = await context.storageState()
  await context.close()
  return { email, state }
}

/** Returns the origin that the app trusts. @param {string} url */
const site = (url) => url.replace('127.0.0.1', 'localhost')

/** @typedef {{ newestMs: number, composerMs: number, lcpMs: number, requests: number }} Opening */

/**
 * Opens a cold page. Measures the milliseconds from the start of the navigation until the newest message is shown,
 * until the composer can be used, and until the largest paint.
 * @param {Browser} browser @param {any} storageState @param {string} url
 * @returns {Promise<Opening>}
 */
async function opening(browser, storageState, url) {
  const context = await browser.newContext({ storageState })
  const page = await context.newPage()
  let requests = 0
  page.on('request', () => {
    requests += 1
  })
  await page.addInitScript(() => {
    const marks = { newestMs: 0, composerMs: 0, lcpMs: 0 }
    Object.assign(window, { marks })
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) marks.lcpMs = startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    const look = () => {
      const box = document.querySelector('textarea')
      if (!marks.composerMs && box && Object.keys(box).some((key) => key.startsWith('__reactProps$')))
        marks.composerMs = performance.now()
      if (!marks.newestMs && document.querySelector('[data-message]')) marks.newestMs = performance.now()
      if (!marks.composerMs || !marks.newestMs) requestAnimationFrame(look)
    }
    look()
  })
  await page.goto(site(url), { waitUntil: 'networkidle' })
  await page.waitForFunction(() => /** @type {any} */ (window).marks.newestMs > 0)
  const marks = await page.evaluate(() => /** @type {any} */ (window).marks)
  await context.close()
  return { ...marks, requests }
}

/** @param {Opening[]} all @returns {Opening} */
function medians(all) {
  const medianOf = (/** @type {keyof Opening} */ name) =>
    Math.round(
      quantile(
        all.map((one) => one[name]),
        0.5,
      ),
    )
  return {
    newestMs: medianOf('newestMs'),
    composerMs: medianOf('composerMs'),
    lcpMs: medianOf('lcpMs'),
    requests: medianOf('requests'),
  }
}

/**
 * Measures the milliseconds from a key press until it has been painted, with at least this many messages loaded.
 * @param {Browser} browser @param {any} storageState @param {string} url @param {number} loaded
 */
async function keyTimes(browser, storageState, url, loaded) {
  const context = await browser.newContext({ storageState })
  const page = await context.newPage()
  await page.goto(site(url), { waitUntil: 'networkidle' })
  while ((await page.locator('[data-message]').count()) < loaded) {
    const before = await page.locator('[data-message]').count()
    await page.getByRole('log').evaluate((box) => box.scrollTo(0, 0))
    await page.waitForFunction((count) => document.querySelectorAll('[data-message]').length > count, before)
  }
  await page.evaluate(() => {
    const times = /** @type {number[]} */ ([])
    Object.assign(window, { times })
    document.addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => {
        // The message arrives after the paint of this frame.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => times.push(performance.now() - timeStamp)
        port2.postMessage(null)
      })
    })
  })
  await page.getByRole('textbox').last().focus()
  for (let key = 0; key < keys; key++) await page.keyboard.press(key % 7 === 6 ? 'Space' : 'a', { delay: 10 })
  const times = /** @type {number[]} */ (await page.evaluate(() => /** @type {any} */ (window).times))
  await context.close()
  const rounded = (/** @type {number} */ share) => Math.round(quantile(times, share) * 10) / 10
  return { p50: rounded(0.5), p95: rounded(0.95), max: rounded(1) }
}

/** An answer of about 2,400 tokens with all kinds of Markdown. */
const answer = Array.from(
  { length: 12 },
  (_, part) => `## Part ${part}

Some **bold** words, a [link](https://example.org/${part}), \`code\` and \\(x_${part}^2\\), and then a sentence that goes on for a
while, as sentences of models do, with nothing in particular in it.

${Array.from({ length: 12 }, (_, item) => `${item + 1}. Item ${item} with **weight** and some words more`).join('\n')}

| Name | Value | What for |
|---|---:|---|
${Array.from({ length: 10 }, (_, row) => `| row ${row} | ${row * 7} | to have **something** here |`).join('\n')}

\`\`\`js
${Array.from({ length: 20 }, (_, line) => `const value${line} = compute(${line}, 'text') // why`).join('\n')}
\`\`\`
`,
).join('\n')

/**
 * Measures the long tasks (over 50 ms) of the page while an answer arrives at 200 tokens a second.
 * @param {Browser} browser @param {any} storageState @param {{ url: string, stubUrl: string }} running
 */
async function streaming(browser, storageState, { url, stubUrl }) {
  const match = `stream ${randomUUID()}`
  const rule = { match, text: answer, gapMs: 1000 / tokensPerSecond }
  const scripted = await fetch(`${stubUrl}/__script`, { method: 'POST', body: JSON.stringify(rule) })
  if (!scripted.ok) throw new Error(`the stub refused the script: ${await scripted.text()}`)
  const context = await browser.newContext({ storageState })
  const page = await context.newPage()
  await page.goto(site(url), { waitUntil: 'networkidle' })
  await page.evaluate(() => {
    const tasks = /** @type {number[]} */ ([])
    Object.assign(window, { tasks })
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    })
  })
  await page.getByRole('textbox').last().fill(match)
  await page.keyboard.press('Enter')
  const from = Date.now()
  await page.locator('article[aria-busy="true"]').waitFor()
  await page.locator('article[aria-busy="false"]').last().waitFor({ timeout: 120_000 })
  const seconds = Math.round((Date.now() - from) / 100) / 10
  const tasks = /** @type {number[]} */ (await page.evaluate(() => /** @type {any} */ (window).tasks))
  await context.close()
  return { seconds, longTasks: tasks.length, longestMs: Math.round(Math.max(0, ...tasks)) }
}
