import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/**
 * Returns the path of an installed Chromium, or of the one that Playwright downloaded.
 * @returns {string | null}
 */
export function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const installed = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
  if (installed) return installed
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null
}

/** Returns a Chromium, and installs one with apt-get if there is none and this process runs as root. */
export function findOrInstallChromium() {
  const found = findChromium()
  if (found || process.getuid?.() !== 0) return found
  process.stdout.write('No Chromium found; installing it with apt-get.\n')
  if (!apt('install', '-y', '--no-install-recommends', 'chromium')) {
    apt('update')
    apt('install', '-y', '--no-install-recommends', 'chromium')
  }
  return findChromium()
}

function apt(/** @type {string[]} */ ...args) {
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 5 * 60_000 })
    return true
  } catch {
    return false
  }
}

function isExecutable(/** @type {string} */ path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
