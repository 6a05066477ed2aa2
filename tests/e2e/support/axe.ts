import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/**
 * Expects no violation of WCAG 2.2 AA that axe can detect on the current page. `pageName` names the page in the
 * failure.
 */
export async function expectAccessible(page: Page, pageName = 'the page'): Promise<void> {
  await check(page, axe(page).withTags(standards), pageName)
}

/**
 * Does the same in both themes for a user with the system theme. In dark, only contrast is checked, because only
 * colors change.
 */
export async function expectAccessibleInBoth(page: Page, pageName: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await check(page, axe(page).withTags(standards), `${pageName}, light`)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await check(page, axe(page).withRules(['color-contrast']), `${pageName}, dark`)
}

/**
 * Legacy mode runs in the page itself. We use no cross-origin frames, and the default mode opens an extra page
 * per run.
 */
const axe = (page: Page) => new AxeBuilder({ page }).setLegacyMode()

async function check(page: Page, builder: AxeBuilder, pageName: string): Promise<void> {
  await untilDrawn(page)
  const { violations } = await builder.analyze()
  const lines = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(' ')}: ${node.failureSummary}`),
  )
  expect(lines, pageName).toEqual([])
}

/** Waits until theme changes, images and finite animations have been rendered. */
async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    await Promise.all([...document.querySelectorAll('dialog img')].map((image) => (image as HTMLImageElement).decode()))
    await frame()
    await frame()
    const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
}
