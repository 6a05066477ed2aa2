import { cpSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/*
 * node deploy/docker/copy-packages.mjs TARGET PACKAGE… copies installed packages and their dependencies to
 * TARGET/node_modules, keeping their relative paths. The standalone build contains its own packages. This script is for
 * the few packages that the scripts next to it need, and for the runtime of local embedding models, which cannot be
 * bundled.
 */

const root = resolve(import.meta.dirname, '..', '..')
const [target, ...names] = process.argv.slice(2)
if (!target || names.length === 0) throw new Error('usage: copy-packages.mjs TARGET PACKAGE…')

/** Dependencies that are needed only in browsers (140 MB). */
const forBrowsers = ['onnxruntime-web']

const folders = new Set()
for (const name of names) collect(name, root)
for (const folder of folders) {
  // Skip nested packages; those that are needed are in `folders` themselves.
  const filter = (/** @type {string} */ path) => path !== join(folder, 'node_modules') && runsHere(path)
  cpSync(folder, join(resolve(target), relative(root, folder)), { recursive: true, filter })
}

/** onnxruntime-node contains native code for every system (250 MB), so only the code for this system is copied. */
function runsHere(/** @type {string} */ path) {
  const [, platform, arch] = /onnxruntime-node\/bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/.exec(path) ?? []
  return (!platform || platform === process.platform) && (!arch || arch === process.arch)
}

/**
 * Adds a package and its dependencies to `folders`. Optional dependencies, such as native code for this system, are added
 * if they are installed. Peer dependencies are left out. Throws if a required package is not installed.
 * @param {string} name
 * @param {string} from
 */
function collect(name, from) {
  const folder = find(name, from)
  if (folder === null) throw new Error(`${name} is not installed`)
  if (folders.has(folder)) return
  folders.add(folder)
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  for (const dependency of Object.keys(dependencies)) {
    if (!(dependency in optionalDependencies) && !forBrowsers.includes(dependency)) collect(dependency, folder)
  }
  for (const dependency of Object.keys(optionalDependencies)) if (find(dependency, folder)) collect(dependency, folder)
}

/**
 * Returns the folder in which Node would find a package from there, or null if it is not installed.
 * @param {string} name
 * @param {string} from
 */
function find(name, from) {
  for (let place = from; place.startsWith(root); place = dirname(place)) {
    const folder = join(place, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
  }
  return null
}
