/**
 * One real Postgres and the path of a real Redis for a whole test run. The global setup of Vitest or Playwright
 * starts them and passes them to the workers in an environment variable.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startPostgres } from '@/scripts/launcher/embedded-postgres.mjs'
import { findRedis } from '@/scripts/launcher/embedded-redis.mjs'
import { migrateDatabase } from '@/scripts/launcher/migrate-database.mjs'
import { commandOf } from '@/scripts/launcher/process-identity.mjs'
import { startNeonProxy } from './neon-proxy'

export type Services = {
  /** A superuser's URL of a database that tests must not use. New databases are created from there. */
  postgresUrl: string
  /** A migrated database without connections. Creating a database from this template takes 0.1 s. */
  templateDatabase: string
  redisBinary: NonNullable<Awaited<ReturnType<typeof findRedis>>>
  /** The port of a WebSocket proxy to Postgres, for Neon's driver. */
  neonProxyPort: number
  /** A world-readable folder for files of the tests, which is removed at the end. */
  directory: string
}

const servicesVariable = 'GOLDFISH_TEST_SERVICES'
const templateDatabase = 'goldfish_template'

/** Returns the services of this run, in a worker. Throws if they were not started. */
export function runningServices(): Services {
  const text = process.env[servicesVariable]
  if (!text) throw new Error('The test services are not running: this test belongs to a project with a globalSetup.')
  return JSON.parse(text) as Services
}

/** Starts the services unless another project of the same run already has. Returns a function that stops them. */
export async function startServices(): Promise<() => Promise<void>> {
  if (process.env[servicesVariable]) return async () => undefined
  const directory = mkdtempSync(join(tmpdir(), 'goldfish-test-'))
  // As root, Postgres runs as another user and must be able to read the folder.
  chmodSync(directory, 0o755)
  const [postgres, redisBinary] = await Promise.all([
    startPostgres({ dataDir: join(directory, 'postgres'), durable: false, print }),
    findRedis({ cacheDir: join(import.meta.dirname, '..', '..', '.goldfish', 'cache'), print }),
  ])
  if (!redisBinary) {
    await postgres.stop()
    throw new Error('The tests need Redis and found none: install redis-server (or valkey-server) and run them again.')
  }
  await makeTemplate(postgres.url)
  const neonProxy = await startNeonProxy()
  const services: Services = {
    postgresUrl: postgres.url,
    templateDatabase,
    redisBinary,
    neonProxyPort: neonProxy.port,
    directory,
  }
  process.env[servicesVariable] = JSON.stringify(services)
  return async () => {
    delete process.env[servicesVariable]
    await neonProxy.stop()
    await postgres.stop()
    killRemainingRedis(directory)
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Kills the Redis servers of killed workers. `startRedis` records each process next to its data. */
function killRemainingRedis(directory: string): void {
  for (const record of globSync(join(directory, 'redis-*', 'redis', 'running.json'))) {
    const { pid, port } = JSON.parse(readFileSync(record, 'utf8')) as { pid: number; port: number }
    if (commandOf(pid).includes(`127.0.0.1:${port}`)) process.kill(pid, 'SIGKILL')
  }
}

const print = (line: string) => process.stderr.write(`${line}\n`)

async function makeTemplate(adminUrl: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(`create database ${templateDatabase}`)
  await client.end()
  await migrateDatabase(urlOfDatabase(adminUrl, templateDatabase))
}

/** Returns the URL of another database on the same server. */
export function urlOfDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}

/** Creates a migrated, empty database. It is removed with the server at the end of the run. */
export async function createDatabase(): Promise<string> {
  const { postgresUrl, templateDatabase } = runningServices()
  const name = `test_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    await client.query(`create database ${name} template ${templateDatabase}`)
  } finally {
    await client.end()
  }
  return urlOfDatabase(postgresUrl, name)
}
