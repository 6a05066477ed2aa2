import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chooseModel } from '../launcher/choose-model.mjs'
import { readDotEnv, root } from '../launcher/dot-env.mjs'
import { readOrMakeSecrets } from '../launcher/secrets.mjs'
import { embeddedUrl } from './open-redis.mjs'

/** Required settings that warming does not use. */
const unusedSettings = { DATABASE_URL: 'postgres://unused', BETTER_AUTH_URL: 'http://localhost:3000' }

/**
 * Returns the settings that the app runs with: the environment and `.env`, completed by the values that `npm start`
 * generates. They must equal the app's own, because the keys and the encryption of stored answers depend on them.
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
  return { ...unusedSettings, ...secrets, ...model, ...given, ...(redisUrl && { REDIS_URL: redisUrl }) }
}
