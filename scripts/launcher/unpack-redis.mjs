import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * How long a failure is remembered. Without a network each attempt costs seconds, so later starts skip it for a while.
 */
const retryAfterMs = 12 * 3_600_000

/**
 * Downloads Debian's redis package, together with the libraries that this system lacks, and unpacks them into a
 * folder. Nothing is installed, and root is not required.
 * @param {string} folder
 * @returns {Promise<{ path: string, libraryPath: string } | null>} Null if this system is not a Debian or the
 *   download fails
 */
export async function unpackRedis(folder) {
  const unpacked = locate(folder)
  if (unpacked) return unpacked
  const failure = `${folder}.failed`
  if (existsSync(failure) && Date.now() - statSync(failure).mtimeMs < retryAfterMs) return null
  const draft = `${folder}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    await download(draft)
    rmSync(folder, { recursive: true, force: true })
    renameSync(draft, folder)
  } catch {
    mkdirSync(join(folder, '..'), { recursive: true })
    writeFileSync(failure, 'Downloading Redis failed. Delete this file to retry at the next start.\n')
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

/** Downloads with the system's package lists. If they are missing or outdated, private lists are downloaded first. */
async function download(/** @type {string} */ folder) {
  // As root, apt would otherwise download as another user, who may not have access to this folder.
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
  // A simulated installation lists exactly the packages that this system lacks.
  const plan = ['install', '--simulate', '--no-install-recommends', 'redis-server', ...options]
  const { stdout } = await run('apt-get', plan, { timeout: 20_000, env: { ...process.env, LC_ALL: 'C' } })
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => String(name))
  await run('apt-get', ['download', ...options, ...names], { cwd: archives, timeout: 60_000 })
  for (const name of readdirSync(archives)) await run('dpkg-deb', ['-x', join(archives, name), folder])
  rmSync(archives, { recursive: true })
  // On systems where /lib is not merged into /usr/lib, libraries can be in both folders.
  if (existsSync(join(folder, 'lib'))) cpSync(join(folder, 'lib'), join(folder, 'usr', 'lib'), { recursive: true })
}
