import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** No violation of WCAG 2.2 AA that a machine can see, in the page as it stands; `where` names it in the failure. */
export async function expectAccessible(page: Page, where = 'the page'): Promise<void> {
  await check(page, axe(page).withTags(standards), where)
}

/** The same in both themes, for somebody whose system decides. Nothing but colours changes with the theme. */
export async function expectAccessibleInBoth(page: Page, where: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await check(page, axe(page).withTags(standards), `${where}, light`)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await check(page, axe(page).withRules(['color-contrast']), `${where}, dark`)
}

/** Within the page itself: no frame of ours is from elsewhere, and each page opened for the result costs as much again. */
const axe = (page: Page) => new AxeBuilder({ page }).setLegacyMode()

async function check(page: Page, builder: AxeBuilder, where: string): Promise<void> {
  await untilDrawn(page)
  const { violations } = await builder.analyze()
  const lines = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(' ')}: ${node.failureSummary}`),
  )
  expect(lines, where).toEqual([])
}

/** A theme that has just changed, or an image that has just come, is drawn with the next frames; what fades has an end. */
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
