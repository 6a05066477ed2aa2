import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire, enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * Loads the standalone build into this process and returns its request handler. Throws if there is no build.
 * @param {string} folder
 * @param {{ hostname: string, port: number }} address
 * @returns {Promise<{ handle: import('node:http').RequestListener, close: () => Promise<void> }>}
 */
export async function loadNext(folder, { hostname, port }) {
  const settings = join(folder, '.next', 'required-server-files.json')
  if (!existsSync(settings)) throw new Error('No production build found. Run npm run build first.')
  Object.assign(process.env, { NODE_ENV: 'production' })
  // Passes the build's final settings as the generated server.js does, so that next.config.ts is not read again.
  const { config } = JSON.parse(readFileSync(settings, 'utf8'))
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config)
  process.chdir(folder)
  // Caches compiled code on disk: compiling the same modules again takes half of a cold start.
  if (!process.env.NODE_COMPILE_CACHE) enableCompileCache(join(folder, '.next', 'compile-cache'))

  const require = createRequire(join(folder, 'server.js'))
  const next = /** @type {typeof import('next').default} */ (require('next'))
  // At the first request Next adds its WebSocket handler to `httpServer`. A server that
  // never listens keeps it off ours.
  const app = next({ dev: false, dir: folder, hostname, port, httpServer: createServer(), quiet: true })
  await app.prepare()
  return { handle: app.getRequestHandler(), close: () => app.close() }
}
