import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The files and folders that the output of the build depends on. A missing entry would leave stale builds in use. */
const inputs = [
  'app',
  'components',
  'db',
  'lib',
  'messages',
  'public',
  'instrumentation.ts',
  'next.config.ts',
  'package-lock.json',
  'postcss.config.mjs',
  'proxy.ts',
  'tsconfig.json',
]

/**
 * Returns one hash of the names and contents of the build's inputs. It ignores timestamps, so a
 * fresh clone has the same hash.
 * @param {string} root
 */
export function hashInputs(root) {
  const hash = createHash('sha256').update(`node ${process.versions.modules}\n`)
  for (const file of inputs.flatMap((name) => filesBelow(join(root, name)))) {
    const content = readFileSync(file)
    hash.update(`${relative(root, file)} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

/** @returns {string[]} */
function filesBelow(/** @type {string} */ path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

const stampFile = (/** @type {string} */ root) => join(root, '.next', 'goldfish-build.json')

/** @param {string} root */
export function isBuildFresh(root) {
  return readStamp(root) === hashInputs(root) && existsSync(join(root, '.next', 'standalone', 'server.js'))
}

function readStamp(/** @type {string} */ root) {
  try {
    return String(JSON.parse(readFileSync(stampFile(root), 'utf8')).inputs)
  } catch {
    return null
  }
}

/**
 * Records which sources the build was made from.
 * @param {string} root
 * @param {string} inputsHash Must be computed before the build starts, so that a file that changes meanwhile makes it
 *   stale
 */
export function writeStamp(root, inputsHash) {
  writeFileSync(stampFile(root), `${JSON.stringify({ inputs: inputsHash, builtAt: new Date().toISOString() })}\n`)
}

/** @param {string} root */
export function removeStamp(root) {
  rmSync(stampFile(root), { force: true })
}
