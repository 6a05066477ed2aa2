import { test as base, expect } from '@playwright/test'
import { type CleanConsole, watchConsole } from './clean-console'
import { type Person, signUp } from './person'
import { runningGoldfish } from './running-goldfish'
import { type StubLog, stubLog } from './stub-log'
import { untilHydrated } from './until-hydrated'

type Fixtures = {
  /** Somebody with an account, signed in in this test's browser. */
  person: Person
  /** On for every test: an error nobody expected on any page fails it. */
  cleanConsole: CleanConsole
  /** What the model was asked, by whichever instance. */
  stub: StubLog
}

/** Playwright's test against the running application. Import this one and not Playwright's. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  baseURL: async ({}, use) => use(runningGoldfish().url),
  cleanConsole: [
    async ({ context }, use) => {
      const console = await watchConsole(context)
      await use(console)
      expect(console.complaints(), 'the console is clean').toEqual([])
    },
    { auto: true },
  ],
  person: async ({ context }, use) => use(await signUp(context, runningGoldfish().url)),
  // No test but the one about it presses keys on a page that only the server has drawn.
  page: async ({ page }, use) => {
    const goto = page.goto.bind(page)
    page.goto = async (...args) => {
      const response = await goto(...args)
      await untilHydrated(page)
      return response
    }
    const reload = page.reload.bind(page)
    page.reload = async (options) => {
      const response = await reload(options)
      if (options?.waitUntil === undefined) await untilHydrated(page)
      return response
    }
    await use(page)
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  stub: async ({}, use) => use(stubLog(runningGoldfish().stubUrl)),
})

export { expect }
