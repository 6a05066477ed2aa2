/*
 * Lets Node import the TypeScript sources of the product: `@/…` is the root of the repository, and the extension
 * `.ts` is optional.
 */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..', '..')

registerHooks({
  resolve(specifier, context, next) {
    const from = context.parentURL?.startsWith('file:') ? join(fileURLToPath(context.parentURL), '..') : root
    const path = specifier.startsWith('@/') ? join(root, specifier.slice(2)) : join(from, specifier)
    const isOurs = specifier.startsWith('@/') || specifier.startsWith('.')
    if (isOurs && existsSync(`${path}.ts`)) return next(pathToFileURL(`${path}.ts`).href, context)
    return next(specifier.startsWith('@/') ? pathToFileURL(path).href : specifier, context)
  },
})
