import { afterAll } from 'vitest'
import { connectDatabase, type Database, type DatabaseDriver } from '@/db/connect'
import { openSql, type Sql } from './open-sql'
import { createDatabase } from './services'

export type TestDatabase = { db: Database; driver: DatabaseDriver; url: string; sql: Sql }

/** The driver of this project: every database test runs with pg and, in the project `neon`, again with Neon's. */
const driverUnderTest = (): DatabaseDriver => (process.env.TEST_DATABASE_DRIVER === 'neon' ? 'neon' : 'pg')

/** A migrated, empty database for this test file, connected as the product connects; closed after its tests. */
export async function testDatabase(options: { poolMax?: number } = {}): Promise<TestDatabase> {
  const url = await createDatabase()
  // An idle connection that breaks is what some tests are about; the query that needs it says so.
  const onError = () => undefined
  const { db, driver, close } = connectDatabase({
    url,
    driver: driverUnderTest(),
    poolMax: options.poolMax ?? 5,
    onError,
  })
  const checker = openSql(url)
  afterAll(async () => {
    await close()
    await checker.close()
  })
  return { db, driver, url, sql: checker.sql }
}
