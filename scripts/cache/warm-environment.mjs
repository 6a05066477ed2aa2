import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chooseModel } from '../launcher/choose-model.mjs'
import { readDotEnv, root } from '../launcher/dot-env.mjs'
import { readOrMakeSecrets } from '../launcher/secrets.mjs'
import { embeddedUrl } from './open-redis.mjs'

/** What the settings must have and nothing of this reads. */
const unused = { DATABASE_URL: 'postgres://unused', BETTER_AUTH_URL: 'http://localhost:3000' }

/**
 * The settings under which the app answers: those of the environment and `.env`, and for what they leave out what `npm start`
 * puts in. Names and keys of what is stored depend on them, so they must be the app's own.
 */
export async function warmEnvironment() {
  readDotEnv()
  const given = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const dataDir = resolve(root, given.GOLDFISH_DATA_DIR || '.goldfish')
  const secrets = existsSync(join(dataDir, 'secrets')) ? readOrMakeSecrets(dataDir) : {}
  const model = await chooseModel(given, () => {})
  const redisUrl = given.REDIS_URL || embeddedUrl()
  return { ...unused, ...secrets, ...model, ...given, ...(redisUrl && { REDIS_URL: redisUrl }) }
}
