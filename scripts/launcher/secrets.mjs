import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { secretFile } from './secret-file.mjs'

/**
 * What an installation without settings needs to keep: with another session secret everybody is signed out, with
 * another cache key every stored answer is unreadable. Made once, kept beside the data.
 * @param {string} dataDir
 */
export function readOrMakeSecrets(dataDir) {
  return {
    BETTER_AUTH_SECRET: secretFile(join(dataDir, 'secrets', 'better-auth-secret'), base64),
    ANSWER_CACHE_KEYS: secretFile(join(dataDir, 'secrets', 'answer-cache-keys'), () => `k1:${base64()}`),
  }
}

const base64 = () => randomBytes(32).toString('base64')
