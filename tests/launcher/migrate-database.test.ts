import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningPostgres, startPostgres } from '../../scripts/launcher/embedded-postgres.mjs'
import { migrateDatabase } from '../../scripts/launcher/migrate-database.mjs'
import { resetPassword } from '../../scripts/launcher/reset-password.mjs'
import { runModule } from './run-module'

let postgres: RunningPostgres
const dataDir = mkdtempSync(join(tmpdir(), 'goldfish-migrate-'))

beforeAll(async () => {
  postgres = await startPostgres({ dataDir, durable: false })
})

afterAll(async () => {
  await postgres.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

async function emptyDatabase(name: string): Promise<string> {
  await withClient(postgres.url, (client) => client.query(`create database ${name}`))
  return postgres.url.replace(/goldfish$/, name)
}

test('five concurrent processes migrate an empty database, and only one reports applied migrations', async () => {
  const url = await emptyDatabase('five')
  const starts = Array.from({ length: 5 }, () =>
    runModule(`
      import { migrateDatabase } from 'scripts/launcher/migrate-database.mjs'
      console.log('up')
      process.stdin.once('data', async () => {
        const { applied } = await migrateDatabase(${JSON.stringify(url)})
        process.exit(applied > 0 ? 10 : 0)
      })
    `),
  )
  await Promise.all(starts.map(({ firstLine }) => firstLine))
  for (const { child } of starts) child.stdin?.write('go\n')
  const codes = await Promise.all(starts.map(({ end }) => end))
  expect(codes.sort()).toEqual([0, 0, 0, 0, 10])
  expect(await migrateDatabase(url)).toEqual({ applied: 0 })
})

test('rolls back a migration that fails', async () => {
  const url = await emptyDatabase('broken')
  const folder = join(import.meta.dirname, 'fixtures', 'broken-migrations')
  await expect(migrateDatabase(url, { folder })).rejects.toThrow()
  const tables = await withClient(url, (client) =>
    client.query(`select 1 from pg_tables where tablename = 'half_made'`),
  )
  expect(tables.rows).toEqual([])
})

test('a password reset sets a new password and ends the sessions of that user only', async () => {
  const url = await emptyDatabase('reset')
  await migrateDatabase(url)
  await withClient(url, async (client) => {
    for (const id of ['ada', 'bob']) {
      await client.query(`insert into "user" (id, name, email) values ($1, $1, $2)`, [id, `${id}@example.com`])
      await client.query(
        `insert into account (id, account_id, provider_id, user_id, password) values ($1, $1, 'credential', $1, 'old')`,
        [id],
      )
      await client.query(`insert into session (id, token, user_id, expires_at) values ($1, $1, $1, now())`, [id])
    }
  })
  const password = await resetPassword(url, 'Ada@example.com')
  expect(password).toMatch(/^[\w-]{20}$/)
  expect(await resetPassword(url, 'unknown@example.com')).toBeNull()

  const { verifyPassword } = await import('better-auth/crypto')
  await withClient(url, async (client) => {
    const accounts = await client.query('select user_id, password from account order by user_id')
    expect(await verifyPassword({ hash: accounts.rows[0].password, password: String(password) })).toBe(true)
    expect(accounts.rows[1].password).toBe('old')
    expect((await client.query('select user_id from session')).rows).toEqual([{ user_id: 'bob' }])
  })
})
