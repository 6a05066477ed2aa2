import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Debian's own package of a program and the libraries that this system lacks, downloaded and unpacked into a folder, the
 * way the launcher does it for Redis: nothing is installed, and it needs no root. Null where it cannot be had.
 */
export async function unpackProgram(folder: string, packageName: string): Promise<UnpackedProgram | null> {
  if (existsSync(folder)) return locate(folder)
  const draft = `${folder}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    await download(draft, packageName)
    // Whoever was quicker has the same.
    if (!existsSync(folder)) renameSync(draft, folder)
  } catch {
    return null
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return locate(folder)
}

export type UnpackedProgram = { binaries: string; libraryPath: string }

function locate(folder: string): UnpackedProgram {
  const libraries = join(folder, 'usr', 'lib')
  const names = existsSync(libraries) ? readdirSync(libraries) : []
  const machine = names.find((name) => name.includes('-linux-'))
  return { binaries: join(folder, 'usr', 'sbin'), libraryPath: machine ? join(libraries, machine) : libraries }
}

/** With the system's package lists; where they are missing or too old, with fresh ones of our own. */
async function download(folder: string, packageName: string): Promise<void> {
  // As root apt would download as another user, who may not reach this folder.
  const common = ['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=10']
  try {
    await fetchPackages(folder, packageName, common)
  } catch {
    const lists = join(folder, 'apt-lists')
    mkdirSync(join(lists, 'partial'), { recursive: true })
    const own = [...common, '-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${folder}`]
    await run('apt-get', ['update', ...own], { timeout: 60_000 })
    await fetchPackages(folder, packageName, own)
    rmSync(lists, { recursive: true })
  }
}

/** A rehearsed installation names exactly the packages that this system lacks. */
async function fetchPackages(folder: string, packageName: string, options: readonly string[]): Promise<void> {
  const archives = join(folder, 'archives')
  mkdirSync(archives, { recursive: true })
  const plan = ['install', '--simulate', '--no-install-recommends', packageName, ...options]
  const { stdout } = await run('apt-get', plan, { timeout: 20_000, env: { ...process.env, LC_ALL: 'C' } })
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => String(name))
  await run('apt-get', ['download', ...options, ...names], { cwd: archives, timeout: 60_000 })
  for (const name of readdirSync(archives)) await run('dpkg-deb', ['-x', join(archives, name), folder])
  rmSync(archives, { recursive: true })
  // Where /lib is not yet merged into /usr/lib, a library may lie in either.
  if (existsSync(join(folder, 'lib'))) cpSync(join(folder, 'lib'), join(folder, 'usr', 'lib'), { recursive: true })
}
