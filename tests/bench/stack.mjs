/** One process of the production build with everything behind it, in processes of their own, for the bench. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { startPostgres } from '../../scripts/launcher/embedded-postgres.mjs'
import { findRedis, startRedis } from '../../scripts/launcher/embedded-redis.mjs'
import { findFreePort } from '../../scripts/launcher/free-port.mjs'
import { memorySettings } from '../../scripts/launcher/memory-settings.mjs'
import { migrateDatabase } from '../../scripts/launcher/migrate-database.mjs'
import { waitUntil } from '../../scripts/launcher/wait-until.mjs'

const root = join(import.meta.dirname, '..', '..')

/** @typedef {{ pid: number, url: string, readyMs: number, stop: () => Promise<void> }} Process */

/** Starts Postgres (durable, as in production), Redis and the model stub, and gives back how to start the app on them. */
export async function startStack() {
  const directory = mkdtempSync(join(tmpdir(), 'goldfish-bench-'))
  const print = (/** @type {string} */ line) => console.log(`  ${line}`)
  const binary = await findRedis({ cacheDir: join(root, '.goldfish', 'cache'), print })
  if (!binary) throw new Error('The bench needs Redis, and none was found.')
  const postgres = await startPostgres({ dataDir: join(directory, 'postgres'), print })
  const redis = await startRedis({ binary, dataDir: join(directory, 'redis'), persist: true })
  await migrateDatabase(postgres.url)
  const stub = await startProcess(
    ['tests/model-stub/serve.mjs', '--port', String(await findFreePort())],
    {},
    '/v1/models',
  )
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const env = {
    PORT: String(port),
    HOSTNAME: '127.0.0.1',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
    BETTER_AUTH_URL: url,
    OPENAI_BASE_URL: `${stub.url}/v1`,
    CHAT_MODEL: 'stub-model',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
    ...memorySettings(),
  }
  return {
    stubUrl: stub.url,
    databaseUrl: postgres.url,
    /** As the launcher starts it. @param {Record<string, string>} [more] settings of this process alone */
    startApp: (more = {}) => startProcess(['scripts/app-server.mjs'], { ...env, ...more }, '/api/health/live'),
    stop: async () => {
      await stub.stop()
      await Promise.all([postgres.stop(), redis.stop()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/**
 * Starts a server and waits until `path` answers 200; `readyMs` is how long that took from the spawn on.
 * @param {string[]} args
 * @param {Record<string, string>} env with PORT, unless the arguments name it
 * @param {string} path
 * @returns {Promise<Process>}
 */
async function startProcess(args, env, path) {
  const port = env.PORT ?? args.at(-1)
  const url = `http://127.0.0.1:${port}`
  const from = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { NODE_ENV: 'production', PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ready = await waitUntil(() => answers(url + path), { timeoutMs: 30_000, everyMs: 5 })
  if (!ready) throw new Error(`${args[0]} did not start`)
  return {
    pid: child.pid ?? -1,
    url,
    readyMs: performance.now() - from,
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

/** CPU seconds that a process has used so far, user and system. @param {number} pid */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const clockTicksPerSecond = 100
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond
}

/** Resident memory of a process in MiB. @param {number} pid */
export function residentMiB(pid) {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) / 1024
}
