import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** No violation of WCAG 2.2 AA that a machine can see, in the page as it stands; `where` names it in the failure. */
export async function expectAccessible(page: Page, where = 'the page'): Promise<void> {
  await check(axe(page).withTags(standards), where)
}

/** The same in both themes, for somebody whose system decides. Nothing but colours changes with the theme. */
export async function expectAccessibleInBoth(page: Page, where: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await check(axe(page).withTags(standards), `${where}, light`)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await check(axe(page).withRules(['color-contrast']), `${where}, dark`)
}

/** Within the page itself: no frame of ours is from elsewhere, and each page opened for the result costs as much again. */
const axe = (page: Page) => new AxeBuilder({ page }).setLegacyMode()

async function check(builder: AxeBuilder, where: string): Promise<void> {
  const { violations } = await builder.analyze()
  const lines = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(' ')}`),
  )
  expect(lines, where).toEqual([])
}
