import { afterAll } from 'vitest'
import { connectDatabase, type Database, type DatabaseDriver } from '@/db/connect'
import { openSql, type Sql } from './open-sql'
import { createDatabase } from './services'

export type TestDatabase = { db: Database; driver: DatabaseDriver; url: string; sql: Sql }

/** The driver under test: every database test runs with `pg` and again, in the project `neon`, with Neon's driver. */
const driverUnderTest = (): DatabaseDriver => (process.env.TEST_DATABASE_DRIVER === 'neon' ? 'neon' : 'pg')

/**
 * Creates a migrated, empty database for this test file and connects to it like the product. It is closed after the
 * tests.
 */
export async function testDatabase(options: { poolMax?: number } = {}): Promise<TestDatabase> {
  const url = await createDatabase()
  // Some tests break idle connections on purpose. The query that needs the connection will then reject.
  const onError = () => undefined
  const { db, driver, close } = connectDatabase({
    url,
    driver: driverUnderTest(),
    poolMax: options.poolMax ?? 5,
    onError,
  })
  const directSql = openSql(url)
  afterAll(async () => {
    await close()
    await directSql.close()
  })
  return { db, driver, url, sql: directSql.sql }
}
