import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleKeys } from '@/tests/architecture/options'

export const root = join(import.meta.dirname, '..', '..')

export const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
export const isThere = (path: string) => existsSync(join(root, path))

/** Every setting that there is, by `.env.example`, which another test keeps equal to what the product reads. */
export const settings = () => new Set(exampleKeys(textOf('.env.example')).keys())

/** The value of `export const maxDuration` of a route. */
export function maxDurationOf(route: string): number {
  const [, seconds] = /^export const maxDuration = (\d+)$/m.exec(textOf(route)) ?? []
  return Number(seconds)
}
