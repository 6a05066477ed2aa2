import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readDotEnv, root } from './launcher/dot-env.mjs'
import { readHolder } from './launcher/lock.mjs'
import { resetPassword } from './launcher/reset-password.mjs'

/** `npm run user:reset -- EMAIL`: gives a user a new password, for installations that cannot send mail. */

const email = process.argv[2]
if (!email || email.startsWith('-')) fail('usage: npm run user:reset -- EMAIL')

readDotEnv()
const url = process.env.DATABASE_URL || embeddedUrl()
if (!url)
  fail('Set DATABASE_URL, or start Goldfish first (npm start): its embedded database runs only while Goldfish does.')

try {
  const password = await resetPassword(url, email)
  if (!password) fail(`No user signs in with a password as ${email}.`)
  console.log(
    `The new password of ${email}, which is shown only now:\n\n  ${password}\n\nAll sessions have ended and all API keys are revoked.`,
  )
} catch (error) {
  fail(`Cannot use the database (${error instanceof Error && 'code' in error ? error.code : 'unknown error'}).`)
}

/**
 * Returns the URL of the embedded database, or null if no launcher is running. The services file of a killed
 * launcher is ignored, because another process may use that port now.
 */
function embeddedUrl() {
  const dataDir = resolve(root, process.env.GOLDFISH_DATA_DIR || '.goldfish')
  if (!readHolder(join(dataDir, 'launcher.lock'))?.holder) return null
  try {
    return String(JSON.parse(readFileSync(join(dataDir, 'services.json'), 'utf8')).databaseUrl)
  } catch {
    return null
  }
}

/** @returns {never} */
function fail(/** @type {string} */ line) {
  console.error(line)
  process.exit(1)
}
