import type { BrowserContext } from '@playwright/test'

/** What a page complained about; a test that expects a complaint says so. */
export type CleanConsole = { allow: (pattern: RegExp) => void; complaints: () => string[] }

/**
 * Listens to every page of the context: console errors and warnings, uncaught errors, and violations of the
 * Content-Security-Policy (in report-only mode they reach the console as nothing at all).
 */
export async function watchConsole(context: BrowserContext): Promise<CleanConsole> {
  const heard: string[] = []
  // Playwright's own remark on what playwright.config.ts asks of it.
  const allowed: RegExp[] = [/Service Worker registration blocked by Playwright/]
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      heard.push(`console.${message.type()}: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => heard.push(`uncaught: ${error.error().stack ?? error.error().message}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(
        `CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      )
    })
  })
  return {
    allow: (pattern) => allowed.push(pattern),
    complaints: () => heard.filter((line) => !allowed.some((pattern) => pattern.test(line))),
  }
}
