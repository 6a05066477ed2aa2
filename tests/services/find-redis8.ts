import { execFile } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { bareEnvironment } from '@/scripts/launcher/bare-environment.mjs'
import { npmBinary } from '@/scripts/launcher/find-redis.mjs'
import { unpackRedis8 } from './unpack-redis8'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '..', '..', '.goldfish', 'cache')

/** The reason for skipping a test, printed if no such server is found. */
export const noRedis8 = 'skipped: no Redis 8 or newer (set REDIS8_SERVER to one)'

/**
 * Finds a Redis server with vector sets (8 or newer): REDIS8_SERVER, an installed one, one from an npm package, or
 * Debian 13's package unpacked into the cache folder. Returns null and prints a notice if there is none. Throws in
 * CI, where the tests must not be skipped.
 */
export async function findRedis8(): Promise<string | null> {
  const installed = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'))
  for (const path of [process.env.REDIS8_SERVER, ...installed, npmBinary()])
    if (path && (await isRedis8(path))) return path
  const unpacked = await unpackRedis8(join(cache, 'redis8'))
  if (unpacked && (await isRedis8(unpacked))) return unpacked
  if (process.env.CI === 'true') throw new Error(noRedis8)
  process.stderr.write(`\n*** ${noRedis8} ***\n\n`)
  return null
}

/** Runs the program, because a binary for a newer C library exists and is executable but does not start. */
async function isRedis8(path: string): Promise<boolean> {
  try {
    const { stdout } = await run(path, ['--version'], { env: bareEnvironment(), timeout: 5_000 })
    return Number(/ v=(\d+)\./.exec(stdout)?.[1]) >= 8
  } catch {
    return false
  }
}
