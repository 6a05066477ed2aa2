import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the checkout, independent of the working directory. */
export const root = join(import.meta.dirname, '..', '..')

/** Loads `.env` of the checkout into the environment. Variables that are already set take precedence. */
export function readDotEnv() {
  const file = join(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}
