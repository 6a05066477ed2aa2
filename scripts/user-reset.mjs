import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readDotEnv, root } from './launcher/dot-env.mjs'
import { readHolder } from './launcher/lock.mjs'
import { resetPassword } from './launcher/reset-password.mjs'

/* npm run user:reset -- EMAIL: a new password for somebody who forgot theirs, where no mail can be sent. */

const email = process.argv[2]
if (!email || email.startsWith('-')) fail('npm run user:reset -- EMAIL')

readDotEnv()
const url = process.env.DATABASE_URL || embeddedUrl()
if (!url) fail('Set DATABASE_URL, or start Goldfish first (npm start): its embedded database runs only with it.')

try {
  const password = await resetPassword(url, email)
  if (!password) fail(`There is no user with a password under ${email}.`)
  console.log(
    `The new password of ${email}, shown only this once:\n\n  ${password}\n\nAll sessions have ended and all API keys are revoked.`,
  )
} catch (error) {
  fail(`The database cannot be used (${error instanceof Error && 'code' in error ? error.code : 'unknown error'}).`)
}

/** Of a launcher that runs now: the file of one that was killed may name a port that is somebody else's by now. */
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
