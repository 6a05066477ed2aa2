import { join } from 'node:path'
import { readSocketLimits } from '../server/limit-sockets.mjs'
import { startBalancer } from './balancer.mjs'
import { findFreePort } from './free-port.mjs'
import { memorySettings } from './memory-settings.mjs'
import { runInstance } from './run-instance.mjs'

/**
 * Runs the app on this port: one process, or several behind the balancer.
 * @param {object} options
 * @param {string} options.root
 * @param {boolean} options.dev
 * @param {number} options.instances
 * @param {number} options.port
 * @param {Record<string, string>} options.env
 * @param {Parameters<typeof runInstance>[0]['record']} options.record
 * @param {(line: string) => void} options.print
 * @param {Pick<import('./shutdown.mjs').Shutdown, 'add' | 'signal'>} options.shutdown
 * @returns {Promise<void>} Resolves when every process is ready
 */
export async function runApp({ root, dev, instances, port, env, record, print, shutdown }) {
  const drainMs = Number(env.DRAIN_SECONDS || 10) * 1000
  const ports = instances === 1 ? [port] : await instancePorts(port, instances)
  const starting = ports.map(async (own) => {
    const instance = runInstance({
      name: instances === 1 ? 'The app' : `The app on port ${own}`,
      port: own,
      args: dev ? devServer(root, own) : [join(root, 'scripts', 'app-server.mjs')],
      env: processEnvironment(env, own, dev),
      record,
      print,
      readyTimeoutMs: dev ? 180_000 : 60_000,
      drainMs,
      signal: shutdown.signal,
    })
    shutdown.add('app', instance.stop)
    await instance.ready
    if (instances > 1) print(`App: started a process on port ${own}`)
  })
  await Promise.all(starting)
  if (instances === 1) return
  const upstreams = ports.map((own) => ({ host: '127.0.0.1', port: own }))
  const sockets = { limits: readSocketLimits(env) }
  const balancer = await startBalancer({ port, upstreams: () => upstreams, print, drainMs, sockets })
  shutdown.add('app', ({ force }) => (force ? undefined : balancer.stop()))
}

/**
 * @param {Record<string, string>} env
 * @param {number} port
 * @param {boolean} dev
 */
function processEnvironment(env, port, dev) {
  const own = { PORT: String(port), HOSTNAME: '127.0.0.1', NODE_ENV: dev ? 'development' : 'production' }
  const memory = dev ? {} : memorySettings(env)
  return /** @type {NodeJS.ProcessEnv} */ ({ ...env, ...memory, ...own })
}

function devServer(/** @type {string} */ root, /** @type {number} */ port) {
  return [join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'dev', root, '-H', '127.0.0.1', '-p', String(port)]
}

async function instancePorts(/** @type {number} */ front, /** @type {number} */ count) {
  const ports = new Set([front])
  while (ports.size <= count) ports.add(await findFreePort(front + ports.size, ports))
  ports.delete(front)
  return [...ports]
}
