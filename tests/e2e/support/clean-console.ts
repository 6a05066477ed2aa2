import type { BrowserContext } from '@playwright/test'

/** The errors and warnings of all pages. A test must allow those that it expects. */
export type CleanConsole = { allow: (pattern: RegExp) => void; complaints: () => string[] }

/**
 * Records console errors and warnings, uncaught errors, and violations of the Content-Security-Policy in all
 * pages of the context. The violations need a listener, because report-only ones do not reach the console.
 */
export async function watchConsole(context: BrowserContext): Promise<CleanConsole> {
  const recorded: string[] = []
  // Playwright logs this, because playwright.config.ts blocks service workers.
  const allowed: RegExp[] = [/Service Worker registration blocked by Playwright/]
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      recorded.push(`console.${message.type()}: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => recorded.push(`uncaught: ${error.error().stack ?? error.error().message}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(
        `CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      )
    })
  })
  return {
    allow: (pattern) => allowed.push(pattern),
    complaints: () => recorded.filter((line) => !allowed.some((pattern) => pattern.test(line))),
  }
}
