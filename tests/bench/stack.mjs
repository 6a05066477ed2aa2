/* Starts the production build for the benchmark, with its services in separate processes. */
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

/** Starts Postgres (durable, as in production), Redis and the model stub. Returns a function that starts the app. */
export async function startStack() {
  const directory = mkdtempSync(join(tmpdir(), 'goldfish-bench-'))
  const print = (/** @type {string} */ line) => console.log(`  ${line}`)
  const binary = await findRedis({ cacheDir: join(root, '.goldfish', 'cache'), print })
  if (!binary) throw new Error('The benchmark needs Redis, but no Redis was found.')
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
    /** Starts the app like the launcher. @param {Record<string, string>} [more] additional settings of this process */
    startApp: (more = {}) => startProcess(['scripts/app-server.mjs'], { ...env, ...more }, '/api/health/live'),
    stop: async () => {
      await stub.stop()
      await Promise.all([postgres.stop(), redis.stop()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/**
 * Starts a server and waits until `path` responds with 200. `readyMs` is the time from the spawn to that response.
 * @param {string[]} args
 * @param {Record<string, string>} env must contain PORT unless the last argument is the port
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

/** Returns the CPU seconds, user and system, that a process has used. @param {number} pid */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const clockTicksPerSecond = 100
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond
}

/** Returns the resident memory of a process in MiB. @param {number} pid */
export function residentMiB(pid) {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) / 1024
}
