import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The checkout, whatever directory the command was given in. */
export const root = join(import.meta.dirname, '..', '..')

/** Settings from `.env` in the checkout; what the environment already says wins. */
export function readDotEnv() {
  const file = join(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}
