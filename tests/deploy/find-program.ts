import { execFile } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { bareEnvironment } from '@/scripts/launcher/bare-environment.mjs'
import { unpackProgram } from './unpack-program'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '..', '..', '.goldfish', 'cache')

export type Program = { path: string; env: NodeJS.ProcessEnv }

/**
 * A program that runs on this machine: the installed one, else Debian's package unpacked into our cache. Null, said
 * aloud, where there is neither; in CI as root there must be one, or nobody would notice that a test no longer runs.
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
  const complaint = `${name} is not installed and Debian's package cannot be unpacked: its tests do not run.`
  if (process.env.CI === 'true' && process.getuid?.() === 0) throw new Error(complaint)
  process.stderr.write(`\n!! ${complaint}\n`)
  return null
}

/** Starting it is the only proof: a binary for another C library is there, executable, and useless. */
async function works({ path, env }: Program, versionFlag: string): Promise<boolean> {
  try {
    await run(path, [versionFlag], { env, timeout: 5_000 })
    return true
  } catch {
    return false
  }
}
