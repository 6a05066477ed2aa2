import { test as base, expect } from '@playwright/test'
import { type CleanConsole, watchConsole } from './clean-console'
import { type Person, signUp } from './person'
import { runningGoldfish } from './running-goldfish'
import { type StubLog, stubLog } from './stub-log'
import { untilHydrated } from './until-hydrated'

type Fixtures = {
  /** A user with an account who is signed in in this test's browser. */
  person: Person
  /** Runs for every test: an unexpected error on any page fails the test. */
  cleanConsole: CleanConsole
  /** The calls that the model stub has received from all instances. */
  stub: StubLog
}

/**
 * Playwright's `test` against the running application. All tests must import this one instead of Playwright's.
 */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from this pattern
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
  // Tests must not interact with a page before it is hydrated, except for the one that tests exactly that.
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
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from this pattern
  stub: async ({}, use) => use(stubLog(runningGoldfish().stubUrl)),
})

export { expect }
