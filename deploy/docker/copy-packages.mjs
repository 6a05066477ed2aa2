import { cpSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/*
 * node deploy/docker/copy-packages.mjs TARGET PACKAGE…: copies installed packages and what they depend on to
 * TARGET/node_modules, each at the place it has here. The standalone build brings its own packages; this is for the few
 * that the scripts beside it need.
 */

const root = resolve(import.meta.dirname, '..', '..')
const [target, ...names] = process.argv.slice(2)
if (!target || names.length === 0) throw new Error('usage: copy-packages.mjs TARGET PACKAGE…')

const folders = new Set()
for (const name of names) collect(name, root)
for (const folder of folders) {
  // Packages inside of a package are there only for it; those it needs are in the list themselves.
  const filter = (/** @type {string} */ path) => path !== join(folder, 'node_modules')
  cpSync(folder, join(resolve(target), relative(root, folder)), { recursive: true, filter })
}

/**
 * A package and, from its own place, what it depends on. Optional and peer dependencies are somebody else's choice.
 * @param {string} name
 * @param {string} from
 */
function collect(name, from) {
  const folder = find(name, from)
  if (folders.has(folder)) return
  folders.add(folder)
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const dependency of Object.keys(dependencies)) collect(dependency, folder)
}

/**
 * @param {string} name
 * @param {string} from
 */
function find(name, from) {
  for (let place = from; place.startsWith(root); place = dirname(place)) {
    const folder = join(place, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
  }
  throw new Error(`${name} is not installed`)
}
