import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

export const migrationsFolder = join(import.meta.dirname, '..', '..', 'db', 'migrations')

/** Key of the advisory lock. Its value is arbitrary but must be the same in every version of this product. */
const lockKey = 4_653_684

/**
 * Applies the pending migrations. Any number of processes may call this at the same time. The lock belongs to the
 * transaction and not to the session, so that it also works through a pooler in transaction mode.
 * @param {string} url
 * @param {{ folder?: string }} [options]
 * @returns {Promise<{ applied: number }>}
 */
export async function migrateDatabase(url, { folder = migrationsFolder } = {}) {
  const journal = readJournal(folder)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // Without a listener, a connection that the server closes would end this process. The query rejects in any case.
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
      // Another process may have migrated while this one waited, so they are counted again and
      // only one process reports them.
      const newest = await newestApplied(client)
      await migrate(transaction, { migrationsFolder: folder })
      return { applied: journal.filter(({ when }) => when > newest).length }
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
 * Returns the journal's time of the newest applied migration, or -1 for an empty database. It reads the catalog table
 * because a lookup by name would use this connection's cache, which does not contain what another process committed
 * during the wait for the lock. Reading a table also updates that cache for the statements of the migration.
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
