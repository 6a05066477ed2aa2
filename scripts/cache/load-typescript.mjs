import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..', '..')

/**
 * Lets this process import the TypeScript files of `lib`. Node strips their types itself, but it cannot resolve the
 * imports: `@/` for the root, and paths without an extension.
 */
export function loadTypescript() {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const path = resolvePath(specifier, context.parentURL)
      if (path && existsSync(`${path}.ts`)) return nextResolve(pathToFileURL(`${path}.ts`).href, context)
      // A relative import inside a package must be resolved by Node itself.
      return nextResolve(path && specifier.startsWith('@/') ? pathToFileURL(path).href : specifier, context)
    },
  })
}

/** Returns the path of an import of a file of this repository, or null for packages and built-in modules. */
function resolvePath(/** @type {string} */ specifier, /** @type {string | undefined} */ parentUrl) {
  if (specifier.startsWith('@/')) return join(root, specifier.slice(2))
  if (!specifier.startsWith('.') || !parentUrl?.startsWith('file:')) return null
  return fileURLToPath(new URL(specifier, parentUrl))
}
