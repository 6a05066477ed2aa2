import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

export const migrationsFolder = join(import.meta.dirname, '..', '..', 'db', 'migrations')

/** Any constant will do, as long as every version of this product takes the same one. */
const lockKey = 4_653_684

/**
 * Brings the database up to the newest migration; any number of processes may do so at once. The lock is of the
 * transaction, not of the session, so it also holds through a pooler in transaction mode.
 * @param {string} url
 * @param {{ folder?: string }} [options]
 * @returns {Promise<{ applied: number }>}
 */
export async function migrateDatabase(url, { folder = migrationsFolder } = {}) {
  const journal = readJournal(folder)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // Without a listener a connection that the server ends would end this process too; the query rejects anyway.
  client.on('error', () => {})
  await client.connect()
  try {
    const before = await newestApplied(client)
    const pending = journal.filter(({ when }) => when > before)
    if (pending.length === 0) return { applied: 0 }

    const [{ drizzle }, { migrate }] = await Promise.all([
      import('drizzle-orm/node-postgres'),
      import('drizzle-orm/node-postgres/migrator'),
    ])
    return await drizzle({ client }).transaction(async (transaction) => {
      await transaction.execute(`select pg_advisory_xact_lock(${lockKey})`)
      // Somebody else may have done it while we waited: counted again, so that only one process says so.
      const already = await newestApplied(client)
      await migrate(transaction, { migrationsFolder: folder })
      return { applied: journal.filter(({ when }) => when > already).length }
    })
  } finally {
    await client.end()
  }
}

/**
 * @param {string} folder
 * @returns {{ when: number }[]}
 */
function readJournal(folder) {
  const file = join(folder, 'meta', '_journal.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).entries : []
}

/**
 * The journal's time of the newest migration that the database has; -1 for an empty database. Read from the catalog as
 * a table: a look-up by name would be answered from this connection's cache, which does not notice what somebody else
 * committed while we waited for the lock. Reading any table also makes it notice, for the statements of the migration.
 * @param {pg.Client} client
 */
async function newestApplied(client) {
  const { rows } = await client.query(
    `select 1 from pg_tables where schemaname = 'drizzle' and tablename = '__drizzle_migrations'`,
  )
  if (rows.length === 0) return -1
  const newest = await client.query('select max(created_at) as newest from drizzle.__drizzle_migrations')
  return Number(newest.rows[0]?.newest ?? -1)
}
