/**
 * One real Postgres and the binary of a real Redis for a whole run of tests. Whoever runs the tests (Vitest's or
 * Playwright's global setup) starts them and leaves a note in the environment for the workers.
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
  /** A superuser's URL of a database nobody works in; new databases are made from there. */
  postgresUrl: string
  /** Migrated and never connected to again: `create database … template …` takes 0.1 s. */
  templateDatabase: string
  redisBinary: NonNullable<Awaited<ReturnType<typeof findRedis>>>
  /** WebSocket in, Postgres out, for Neon's driver. */
  neonProxyPort: number
  /** World-readable and removed at the end; for what tests write. */
  directory: string
}

const note = 'GOLDFISH_TEST_SERVICES'
const templateDatabase = 'goldfish_template'

/** The services of this run, in a worker. */
export function runningServices(): Services {
  const text = process.env[note]
  if (!text) throw new Error('The test services are not running: this test belongs to a project with a globalSetup.')
  return JSON.parse(text) as Services
}

/** Starts them, unless another project of the same run has. Returns what ends them. */
export async function startServices(): Promise<() => Promise<void>> {
  if (process.env[note]) return async () => undefined
  const directory = mkdtempSync(join(tmpdir(), 'goldfish-test-'))
  // Postgres runs as another user when we are root.
  chmodSync(directory, 0o755)
  const [postgres, redisBinary] = await Promise.all([
    startPostgres({ dataDir: join(directory, 'postgres'), durable: false, say }),
    findRedis({ cacheDir: join(import.meta.dirname, '..', '..', '.goldfish', 'cache'), say }),
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
  process.env[note] = JSON.stringify(services)
  return async () => {
    delete process.env[note]
    await neonProxy.stop()
    await postgres.stop()
    killRedisLeftIn(directory)
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A worker that was killed took no leave of its Redis. `startRedis` notes the process beside its data. */
function killRedisLeftIn(directory: string): void {
  for (const note of globSync(join(directory, 'redis-*', 'redis', 'running.json'))) {
    const { pid, port } = JSON.parse(readFileSync(note, 'utf8')) as { pid: number; port: number }
    if (commandOf(pid).includes(`127.0.0.1:${port}`)) process.kill(pid, 'SIGKILL')
  }
}

const say = (line: string) => process.stderr.write(`${line}\n`)

async function makeTemplate(adminUrl: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(`create database ${templateDatabase}`)
  await client.end()
  await migrateDatabase(urlOfDatabase(adminUrl, templateDatabase))
}

/** The same server, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}

/** A migrated, empty database of its own. It goes with the server, at the end of the run. */
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
