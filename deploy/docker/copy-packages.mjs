import { cpSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/*
 * node deploy/docker/copy-packages.mjs TARGET PACKAGE…: copies installed packages and what they depend on to
 * TARGET/node_modules, each at the place it has here. The standalone build brings its own packages; this is for the few
 * that the scripts beside it need, and for the run-time of local embedding models, which no bundle may contain.
 */

const root = resolve(import.meta.dirname, '..', '..')
const [target, ...names] = process.argv.slice(2)
if (!target || names.length === 0) throw new Error('usage: copy-packages.mjs TARGET PACKAGE…')

/** What a package has for browsers, and does without in Node: 140 MB. */
const forBrowsers = ['onnxruntime-web']

const folders = new Set()
for (const name of names) collect(name, root)
for (const folder of folders) {
  // Packages inside of a package are there only for it; those it needs are in the list themselves.
  const filter = (/** @type {string} */ path) => path !== join(folder, 'node_modules') && runsHere(path)
  cpSync(folder, join(resolve(target), relative(root, folder)), { recursive: true, filter })
}

/** Native code of onnxruntime-node comes for every system at once, 250 MB of it: only this one's is taken. */
function runsHere(/** @type {string} */ path) {
  const [, platform, arch] = /onnxruntime-node\/bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/.exec(path) ?? []
  return (!platform || platform === process.platform) && (!arch || arch === process.arch)
}

/**
 * A package and, from its own place, what it depends on. Of optional dependencies those that are installed: native code
 * for this system. Peer dependencies are somebody else's choice.
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
 * Where Node would find a package from there; null if it is not installed.
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
