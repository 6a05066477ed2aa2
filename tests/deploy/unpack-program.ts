import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Downloads Debian's package of a program and the libraries that this system lacks, and unpacks them into a folder,
 * like the launcher does for Redis. Nothing is installed, and root is not required. Returns null if the download
 * fails.
 */
export async function unpackProgram(folder: string, packageName: string): Promise<UnpackedProgram | null> {
  if (existsSync(folder)) return locate(folder)
  const draft = `${folder}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    await download(draft, packageName)
    // If another process was faster, its folder has the same content.
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

/** Uses the system's package lists. If they are missing or outdated, it downloads separate ones. */
async function download(folder: string, packageName: string): Promise<void> {
  // As root, apt would download as another user, who may not be able to write to this folder.
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

/** A simulated installation lists exactly the packages that this system lacks. */
async function fetchPackages(folder: string, packageName: string, options: readonly string[]): Promise<void> {
  const archives = join(folder, 'archives')
  mkdirSync(archives, { recursive: true })
  const plan = ['install', '--simulate', '--no-install-recommends', packageName, ...options]
  const { stdout } = await run('apt-get', plan, { timeout: 20_000, env: { ...process.env, LC_ALL: 'C' } })
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => String(name))
  await run('apt-get', ['download', ...options, ...names], { cwd: archives, timeout: 60_000 })
  for (const name of readdirSync(archives)) await run('dpkg-deb', ['-x', join(archives, name), folder])
  rmSync(archives, { recursive: true })
  // If /lib is not merged into /usr/lib, a library may be in either folder.
  if (existsSync(join(folder, 'lib'))) cpSync(join(folder, 'lib'), join(folder, 'usr', 'lib'), { recursive: true })
}
