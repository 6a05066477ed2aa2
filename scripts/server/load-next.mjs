import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire, enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * The built app as one request handler: Next's custom server over the standalone output.
 * @param {string} folder
 * @param {{ hostname: string, port: number }} address
 * @returns {Promise<{ handle: import('node:http').RequestListener, close: () => Promise<void> }>}
 */
export async function loadNext(folder, { hostname, port }) {
  const settings = join(folder, '.next', 'required-server-files.json')
  if (!existsSync(settings)) throw new Error('There is no build. Run npm run build first.')
  Object.assign(process.env, { NODE_ENV: 'production' })
  // The build's final settings, the way the generated server.js hands them over: next.config.ts is not read again.
  const { config } = JSON.parse(readFileSync(settings, 'utf8'))
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config)
  process.chdir(folder)
  // Compiled code of the app kept on disk: half of a cold start is compiling the same modules again.
  if (!process.env.NODE_COMPILE_CACHE) enableCompileCache(join(folder, '.next', 'compile-cache'))

  const require = createRequire(join(folder, 'server.js'))
  const next = /** @type {typeof import('next').default} */ (require('next'))
  // Next would hang its own WebSocket handler on our server at the first request; this one is never listened on.
  const app = next({ dev: false, dir: folder, hostname, port, httpServer: createServer(), quiet: true })
  await app.prepare()
  return { handle: app.getRequestHandler(), close: () => app.close() }
}
