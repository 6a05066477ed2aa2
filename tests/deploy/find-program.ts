import { execFile } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { bareEnvironment } from '@/scripts/launcher/bare-environment.mjs'
import { unpackProgram } from './unpack-program'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '..', '..', '.goldfish', 'cache')

export type Program = { path: string; env: NodeJS.ProcessEnv }

/**
 * Finds a program that runs on this machine: the installed one, or Debian's package unpacked into the cache folder.
 * Returns null and prints a notice if there is neither. Throws as root in CI, where the tests must not be skipped
 * unnoticed.
 */
export async function findProgram(name: string, versionFlag: string): Promise<Program | null> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  for (const folder of folders) {
    const installed = { path: join(folder, name), env: bareEnvironment() }
    if (await works(installed, versionFlag)) return installed
  }
  const unpacked = await unpackProgram(join(cache, name), name)
  const program = unpacked && {
    path: join(unpacked.binaries, name),
    env: bareEnvironment({ LD_LIBRARY_PATH: unpacked.libraryPath }),
  }
  if (program && (await works(program, versionFlag))) return program
  const message = `${name} is not installed and Debian's package cannot be unpacked: its tests do not run.`
  if (process.env.CI === 'true' && process.getuid?.() === 0) throw new Error(message)
  process.stderr.write(`\n!! ${message}\n`)
  return null
}

/** Runs the program, because a binary for another C library exists and is executable but does not start. */
async function works({ path, env }: Program, versionFlag: string): Promise<boolean> {
  try {
    await run(path, [versionFlag], { env, timeout: 5_000 })
    return true
  } catch {
    return false
  }
}
