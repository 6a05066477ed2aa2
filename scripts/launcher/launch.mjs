import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ignoreBrokenOutput } from '../server/process-errors.mjs'
import { appEnvironment } from './app-environment.mjs'
import { buildApp } from './build-app.mjs'
import { chooseModel } from './choose-model.mjs'
import { choosePort } from './choose-port.mjs'
import { readDotEnv, root } from './dot-env.mjs'
import { LaunchError } from './launch-error.mjs'
import { parseOptions, usage } from './launch-options.mjs'
import { acquireLock } from './lock.mjs'
import { endLeftProcesses, openProcessRecord } from './process-record.mjs'
import { runApp } from './run-app.mjs'
import { readOrMakeSecrets } from './secrets.mjs'
import { createShutdown } from './shutdown.mjs'
import { requirePlaceForDatabase, startCache, startDatabase } from './start-services.mjs'

const print = (/** @type {string} */ line) => console.log(`  ${line}`)

/**
 * Starts Goldfish. Databases, build and model are prepared in parallel; then the app starts.
 * @param {string[]} args
 */
export async function launch(args) {
  ignoreBrokenOutput()
  const shutdown = createShutdown(print)
  try {
    const options = parseOptions(args)
    if (options.help) return console.log(usage.trim())
    const starting = start(options, shutdown)
    shutdown.waitFor(starting)
    await starting
  } catch (error) {
    if (shutdown.signal.aborted) return // Ctrl-C during the start: the shutdown is already running.
    console.error(error instanceof LaunchError ? `\n${error.message}` : error)
    await shutdown.run({ exitCode: 1 })
  }
}

/**
 * @param {{ dev: boolean, instances: number }} options
 * @param {import('./shutdown.mjs').Shutdown} shutdown
 */
async function start({ dev, instances }, shutdown) {
  readDotEnv()
  const { env } = process
  requirePlaceForDatabase(env)
  const dataDir = resolve(root, env.GOLDFISH_DATA_DIR || '.goldfish')
  mkdirSync(dataDir, { recursive: true })
  const lock = acquireLock(join(dataDir, 'launcher.lock'))
  if (lock.holder) {
    const state = lock.holder.url ? `is already running at ${lock.holder.url}` : 'is already starting'
    console.log(`Goldfish ${state} (process ${lock.holder.pid}).`)
    return
  }
  shutdown.add('last', lock.release)

  console.log('\nGoldfish')
  if ((await endLeftProcesses(dataDir)) > 0) print('Ended app processes of an earlier start that was killed')
  const port = await choosePort(env.PORT)

  const [database, cache, model] = await awaitAll([
    startDatabase({ env, dataDir, print, onStarted: ({ stop }) => shutdown.add('database', stop) }),
    startCache({ env, dataDir, print, onStarted: ({ stop }) => shutdown.add('cache', stop) }),
    chooseModel(env, print),
    dev ? undefined : buildApp(root, { print, signal: shutdown.signal }),
  ])
  shutdown.signal.throwIfAborted()
  // Other commands (user:reset, cache:audit) read the URLs of the running embedded databases from this file.
  const servicesFile = join(dataDir, 'services.json')
  shutdown.add('last', () => rmSync(servicesFile, { force: true }))
  writeFileSync(servicesFile, JSON.stringify({ databaseUrl: database.url, redisUrl: cache?.url ?? null }), {
    mode: 0o600,
  })

  const record = openProcessRecord(dataDir)
  shutdown.add('last', record.close)
  const settings = appEnvironment({
    env,
    port,
    balanced: instances > 1,
    databaseUrl: database.url,
    redisUrl: cache?.url ?? null,
    defaults: { ...readOrMakeSecrets(dataDir), ...model },
  })
  await runApp({ root, dev, instances, port, env: settings, record, print, shutdown })
  const url = `http://localhost:${port}`
  lock.update({ url })
  console.log(`\nGoldfish is ready at ${url}\n`)
}

/**
 * Waits until all promises have settled, even if one fails. Otherwise the shutdown would miss what the others start.
 * @template {readonly unknown[]} T
 * @param {T} promises
 * @returns {Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>}
 */
async function awaitAll(promises) {
  const settled = await Promise.allSettled(promises)
  const failure = settled.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
  return /** @type {any} */ (settled.map((result) => /** @type {PromiseFulfilledResult<unknown>} */ (result).value))
}
