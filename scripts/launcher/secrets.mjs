import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { secretFile } from './secret-file.mjs'

/**
 * Returns the generated secrets of an installation and creates them at the first start. They must be kept with the
 * data: a new session secret would sign all users out, and a new cache key would make stored answers unreadable.
 * @param {string} dataDir
 */
export function readOrMakeSecrets(dataDir) {
  return {
    BETTER_AUTH_SECRET: secretFile(join(dataDir, 'secrets', 'better-auth-secret'), base64),
    ANSWER_CACHE_KEYS: secretFile(join(dataDir, 'secrets', 'answer-cache-keys'), () => `k1:${base64()}`),
  }
}

const base64 = () => randomBytes(32).toString('base64')
