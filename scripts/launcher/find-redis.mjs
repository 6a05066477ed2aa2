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
 * @property {string | undefined} [libraryPath] A folder of shared libraries that the system lacks
 * @property {string} source The origin of the binary, printed at start
 */

/**
 * Returns a Redis server that runs on this machine, or null. It tries the least intrusive source first: an installed
 * server, an npm package, the distribution's package unpacked into our cache, and as root that package installed.
 * @param {object} options
 * @param {string} options.cacheDir
 * @param {(line: string) => void} [options.print]
 * @returns {Promise<RedisBinary | null>}
 */
export async function findRedis({ cacheDir, print = () => {} }) {
  for (const name of ['redis-server', 'valkey-server']) {
    const installed = onPath(name)
    if (installed && (await works({ path: installed }))) return { path: installed, source: `${name} on this machine` }
  }

  const packaged = npmBinary()
  if (packaged && (await works({ path: packaged }))) return { path: packaged, source: 'the @falkordblite package' }

  if (!onPath('apt-get')) return null
  const unpacked = await unpackRedis(join(cacheDir, 'redis'))
  if (unpacked && (await works(unpacked))) return { ...unpacked, source: 'the Debian package, unpacked into the cache' }

  if (process.getuid?.() !== 0) return null
  print('Redis: installing redis-server with apt-get (without starting its system service)')
  return (await aptInstall()) ? { path: '/usr/bin/redis-server', source: 'the Debian package, installed' } : null
}

/**
 * Installs redis-server. RUNLEVEL=1 keeps the package from starting its service on port
 * 6379, which another Redis may need.
 */
async function aptInstall() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  try {
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { env, timeout: 120_000 })
    return await works({ path: '/usr/bin/redis-server' })
  } catch {
    return false
  }
}

/**
 * Returns whether the binary can be executed. A binary that needs a newer C library
 * exists and is executable, but fails.
 */
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

/** Returns the server of the @falkordblite package, which may not run on this machine, or null without the package. */
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
