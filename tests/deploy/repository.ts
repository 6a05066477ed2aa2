import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleKeys } from '@/tests/architecture/options'

export const root = join(import.meta.dirname, '..', '..')

export const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
export const fileExists = (path: string) => existsSync(join(root, path))

/** Returns all setting names in `.env.example`. Another test ensures that they match what the product reads. */
export const settings = () => new Set(exampleKeys(textOf('.env.example')).keys())

/** Returns the value of `export const maxDuration` in a route. */
export function maxDurationOf(route: string): number {
  const [, seconds] = /^export const maxDuration = (\d+)$/m.exec(textOf(route)) ?? []
  return Number(seconds)
}
