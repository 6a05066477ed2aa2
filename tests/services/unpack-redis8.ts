/**
 * Provides Redis 8 on Debian 12, whose own version is 7.0. The packages of Debian 13 (see `release`) are downloaded
 * with apt from the machine's own mirror, unpacked into a folder, and run with the loader and the C library they
 * were built for. Nothing is installed, the package lists of the system do not change, and root is not required.
 */
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const release = 'trixie'
const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** Returns the path of the program, or null if the system is not Debian or the download fails. */
export async function unpackRedis8(folder: string): Promise<string | null> {
  const program = join(folder, 'redis-server')
  if (existsSync(program)) return program
  const draft = `${folder}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    await downloadInto(draft)
    writeStarter(draft)
    // If another process was faster, its folder has the same content.
    if (!existsSync(folder)) renameSync(draft, folder)
  } catch {
    return null
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return program
}

async function downloadInto(folder: string): Promise<void> {
  const apt = join(folder, 'apt')
  const archives = join(apt, 'archives')
  for (const name of ['lists/partial', 'cache/archives/partial', 'archives'])
    mkdirSync(join(apt, name), { recursive: true })
  const options = await privateApt(apt)
  const env = { ...process.env, LC_ALL: 'C' }
  await run('apt-get', [...options, 'update'], { env, timeout: 60_000 })
  // With an empty package status, a simulated installation lists every package that the program needs, including the
  // C library.
  const rehearsal = [...options, 'install', '--simulate', '--no-install-recommends', 'redis-server']
  const { stdout } = await run('apt-get', rehearsal, { env, timeout: 30_000, maxBuffer: 2 ** 24 })
  const names = [...stdout.matchAll(/^Inst ((?:lib|zlib|redis-)\S*)/gm)].map(([, name]) => String(name))
  await run('apt-get', [...options, 'download', ...names], { cwd: archives, env, timeout: 90_000 })
  for (const name of readdirSync(archives)) await run('dpkg-deb', ['-x', join(archives, name), folder])
  rmSync(apt, { recursive: true })
}

/**
 * Returns options that restrict apt to the next release on the machine's own mirror. All files that apt writes are
 * in `apt`.
 */
async function privateApt(apt: string): Promise<string[]> {
  const ownSources = ['indextargets', '--format', '$(SITE)', 'Created-By: Packages', 'Component: main']
  const { stdout } = await run('apt-get', ownSources, { timeout: 20_000 })
  const [site] = stdout.split('\n').filter((line) => /\/debian\/?$/.test(line))
  if (!site) throw new Error('apt has no Debian source')
  const signedBy = existsSync(debianKeys) ? `[signed-by=${debianKeys}] ` : ''
  writeFileSync(join(apt, 'sources.list'), `deb ${signedBy}${site} ${release} main\n`)
  writeFileSync(join(apt, 'status'), '')
  const settings = {
    // As root, apt would download as another user, who may not be able to write to this folder.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '10',
    'Dir::Etc::SourceList': join(apt, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': join(apt, 'lists'),
    'Dir::State::Status': join(apt, 'status'),
    'Dir::Cache': join(apt, 'cache'),
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}

/**
 * Writes a shell script, so that the server starts like any other program. It uses relative paths, so the folder can
 * be moved.
 */
function writeStarter(folder: string): void {
  const [loader] = globSync(join(folder, 'usr/lib/*-linux-*/ld-linux*.so.*'))
  if (!loader) throw new Error('the C library came without its loader')
  const [program, libraries] = [join(folder, 'usr/bin/redis-server'), join(loader, '..')]
  const from = (path: string) => `"$here/${relative(folder, path)}"`
  const lines = [
    '#!/bin/sh',
    'here=$(dirname "$0")',
    `exec ${from(loader)} --library-path ${from(libraries)} ${from(program)} "$@"`,
  ]
  const starter = join(folder, 'redis-server')
  writeFileSync(starter, `${lines.join('\n')}\n`)
  chmodSync(starter, 0o755)
}
