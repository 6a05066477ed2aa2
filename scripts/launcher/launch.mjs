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
import { takeLock } from './lock.mjs'
import { endLeftProcesses, openProcessRecord } from './process-record.mjs'
import { runApp } from './run-app.mjs'
import { readOrMakeSecrets } from './secrets.mjs'
import { createShutdown } from './shutdown.mjs'
import { requirePlaceForDatabase, startCache, startDatabase } from './start-services.mjs'

const say = (/** @type {string} */ line) => console.log(`  ${line}`)

/**
 * From nothing to "Goldfish is ready": services, build and model side by side, then the app.
 * @param {string[]} args
 */
export async function launch(args) {
  ignoreBrokenOutput()
  const shutdown = createShutdown(say)
  try {
    const options = parseOptions(args)
    if (options.help) return console.log(usage.trim())
    const starting = start(options, shutdown)
    shutdown.waitFor(starting)
    await starting
  } catch (error) {
    if (shutdown.signal.aborted) return // Ctrl-C while starting: the shutdown is under way.
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
  const lock = takeLock(join(dataDir, 'launcher.lock'))
  if (lock.holder) {
    const where = lock.holder.url ? `is already running at ${lock.holder.url}` : 'is just being started'
    console.log(`Goldfish ${where} (process ${lock.holder.pid}).`)
    return
  }
  shutdown.add('last', lock.release)

  console.log('\nGoldfish')
  if ((await endLeftProcesses(dataDir)) > 0) say('Ended what a killed start had left running')
  const port = await choosePort(env.PORT)

  const [database, cache, model] = await together([
    startDatabase({ env, dataDir, say, onStarted: ({ stop }) => shutdown.add('database', stop) }),
    startCache({ env, dataDir, say, onStarted: ({ stop }) => shutdown.add('cache', stop) }),
    chooseModel(env, say),
    dev ? undefined : buildApp(root, { say, signal: shutdown.signal }),
  ])
  shutdown.signal.throwIfAborted()
  // For commands beside running embedded services (user:reset, cache:audit).
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
  await runApp({ root, dev, instances, port, env: settings, record, say, shutdown })
  const url = `http://localhost:${port}`
  lock.note({ url })
  console.log(`\nGoldfish is ready at ${url}\n`)
}

/**
 * Waits for all, also when one fails: what the others have started must be known before everything is stopped.
 * @template {readonly unknown[]} T
 * @param {T} promises
 * @returns {Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>}
 */
async function together(promises) {
  const settled = await Promise.allSettled(promises)
  const failure = settled.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
  return /** @type {any} */ (settled.map((result) => /** @type {PromiseFulfilledResult<unknown>} */ (result).value))
}
