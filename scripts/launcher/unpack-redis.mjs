import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Offline, every attempt costs seconds: after a failure the next starts of the day go on without one. */
const rememberFailureMs = 12 * 3_600_000

/**
 * Debian's own redis package and the libraries that this system lacks, downloaded and unpacked into a folder. Nothing
 * is installed, and it needs no root.
 * @param {string} folder
 * @returns {Promise<{ path: string, libraryPath: string } | null>} null where this is no Debian or nothing can be had
 */
export async function unpackRedis(folder) {
  const unpacked = locate(folder)
  if (unpacked) return unpacked
  const failure = `${folder}.failed`
  if (existsSync(failure) && Date.now() - statSync(failure).mtimeMs < rememberFailureMs) return null
  const draft = `${folder}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    await download(draft)
    rmSync(folder, { recursive: true, force: true })
    renameSync(draft, folder)
  } catch {
    mkdirSync(join(folder, '..'), { recursive: true })
    writeFileSync(failure, 'Delete this file to try again at once.\n')
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return locate(folder)
}

function locate(/** @type {string} */ folder) {
  const path = join(folder, 'usr', 'bin', 'redis-server')
  if (!existsSync(path)) return null
  const libraries = join(folder, 'usr', 'lib')
  const machine = readdirSync(libraries).find((name) => /-linux-/.test(name))
  return { path, libraryPath: machine ? join(libraries, machine) : libraries }
}

/** With the system's package lists; where they are missing or too old, with fresh ones of our own. */
async function download(/** @type {string} */ folder) {
  // As root apt would download as another user, who may not reach this folder.
  const common = ['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=10']
  try {
    await fetchPackages(folder, common)
  } catch {
    const lists = join(folder, 'apt-lists')
    mkdirSync(join(lists, 'partial'), { recursive: true })
    const own = [...common, '-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${folder}`]
    await run('apt-get', ['update', ...own], { timeout: 60_000 })
    await fetchPackages(folder, own)
    rmSync(lists, { recursive: true })
  }
}

/**
 * @param {string} folder
 * @param {string[]} options
 */
async function fetchPackages(folder, options) {
  const archives = join(folder, 'archives')
  mkdirSync(archives, { recursive: true })
  // A rehearsed installation names exactly the packages that this system lacks.
  const plan = ['install', '--simulate', '--no-install-recommends', 'redis-server', ...options]
  const { stdout } = await run('apt-get', plan, { timeout: 20_000, env: { ...process.env, LC_ALL: 'C' } })
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => String(name))
  await run('apt-get', ['download', ...options, ...names], { cwd: archives, timeout: 60_000 })
  for (const name of readdirSync(archives)) await run('dpkg-deb', ['-x', join(archives, name), folder])
  rmSync(archives, { recursive: true })
  // Where /lib is not yet merged into /usr/lib, a library may lie in either.
  if (existsSync(join(folder, 'lib'))) cpSync(join(folder, 'lib'), join(folder, 'usr', 'lib'), { recursive: true })
}
