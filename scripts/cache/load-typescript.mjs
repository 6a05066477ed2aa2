import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..', '..')

/**
 * Lets this process import files of `lib` as they are. Node takes the types off; what it lacks is our way of naming
 * files: `@/` for the root, and no ending.
 */
export function loadTypescript() {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const path = pathOf(specifier, context.parentURL)
      if (path && existsSync(`${path}.ts`)) return nextResolve(pathToFileURL(`${path}.ts`).href, context)
      // A package's own `./file` is for Node to find, in its own ways.
      return nextResolve(path && specifier.startsWith('@/') ? pathToFileURL(path).href : specifier, context)
    },
  })
}

/** Of a file of ours; null for packages and for what only this file's importers know. */
function pathOf(/** @type {string} */ specifier, /** @type {string | undefined} */ parentUrl) {
  if (specifier.startsWith('@/')) return join(root, specifier.slice(2))
  if (!specifier.startsWith('.') || !parentUrl?.startsWith('file:')) return null
  return fileURLToPath(new URL(specifier, parentUrl))
}
