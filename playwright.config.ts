import { defineConfig, devices } from '@playwright/test'
import { findChromium } from './scripts/test/find-chromium.mjs'

/** No sandbox: root has none, and a container seldom has. The rest keeps the browser from talking to anybody else. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Text comes out the same whatever screen and settings the machine has: see looks.spec.ts.
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
  // A picture that is not there is a failure, not an occasion to take one: `-u` on the command line takes them.
  updateSnapshots: 'none',
  reporter: 'list',
  use: {
    // Less than a test has: what could not be pressed is then named.
    actionTimeout: 15_000,
    // A page is answered by the server that is tested; the one test about the worker allows it.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    // Where no language is set Chromium saves no file under a name with an umlaut.
    launchOptions: { args, env: { ...process.env, LANG: 'C.UTF-8' }, ...(executablePath && { executablePath }) },
  },
  projects: [
    { name: 'desktop', use: { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } } },
    { name: 'phone', use: { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } } },
  ],
})
