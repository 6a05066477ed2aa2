import { readDotEnv } from './launcher/dot-env.mjs'
import { migrateDatabase } from './launcher/migrate-database.mjs'

/**
 * `npm run db:migrate`: applies the pending migrations to DATABASE_URL. Several instances may run it at the same time.
 */

readDotEnv()
const url = process.env.DATABASE_URL
if (!url) {
  console.error('Set DATABASE_URL to the database to migrate. (npm start migrates its embedded database itself.)')
  process.exit(1)
}

const { applied } = await migrateDatabase(url)
console.log(
  applied === 0 ? 'The database is up to date.' : `The database is up to date (${applied} migrations applied).`,
)
