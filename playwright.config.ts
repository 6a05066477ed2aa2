import { defineConfig, devices } from '@playwright/test'
import { findChromium } from './scripts/test/find-chromium.mjs'

/**
 * The sandbox is disabled because it does not work as root and rarely works in containers. The other flags prevent
 * network requests of the browser itself.
 */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Text must render the same on every machine, because tests/e2e/looks.spec.ts compares screenshots.
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
]
const executablePath = findChromium()

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'tests/results/e2e',
  globalSetup: './tests/e2e/support/global-setup.ts',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  retries: 0,
  timeout: 60_000,
  globalTimeout: 20 * 60_000,
  expect: { timeout: 10_000 },
  snapshotPathTemplate: '{testDir}/looks/{projectName}/{arg}{ext}',
  // A missing screenshot must fail the test instead of being created. `-u` on the command line creates it.
  updateSnapshots: 'none',
  reporter: 'list',
  use: {
    // Shorter than the timeout of a test, so that the error names the element that did not respond.
    actionTimeout: 15_000,
    // Pages must be answered by the tested server. Only the test of the service worker allows service workers.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    // Without a locale, Chromium cannot save files with umlauts in their names.
    launchOptions: { args, env: { ...process.env, LANG: 'C.UTF-8' }, ...(executablePath && { executablePath }) },
  },
  projects: [
    { name: 'desktop', use: { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } } },
    { name: 'phone', use: { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } } },
  ],
})
