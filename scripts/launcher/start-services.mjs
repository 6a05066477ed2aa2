import { join } from 'node:path'
import { startPostgres } from './embedded-postgres.mjs'
import { findRedis, startRedis } from './embedded-redis.mjs'
import { embeddingRefusal } from './embedding-refusal.mjs'
import { LaunchError } from './launch-error.mjs'
import { migrateDatabase } from './migrate-database.mjs'

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */
/** @typedef {{ url: string, stop: (options?: { force?: boolean }) => Promise<void> }} Service */
/**
 * @typedef {object} Options
 * @property {Environment} env
 * @property {string} dataDir
 * @property {(line: string) => void} say
 * @property {(service: Service) => void} onStarted told at once, so that it is stopped also when what follows fails
 */

const nothingToStop = async () => {}

/**
 * Asked before anything is started.
 * @param {Environment} env
 */
export function requirePlaceForDatabase(env) {
  const refusal = env.DATABASE_URL ? null : embeddingRefusal(env)
  if (refusal) throw new LaunchError(refusal)
}

/**
 * The database of DATABASE_URL, else the embedded one; migrated.
 * @param {Options} options
 * @returns {Promise<Service>}
 */
export async function startDatabase({ env, dataDir, say, onStarted }) {
  const service = env.DATABASE_URL
    ? { url: env.DATABASE_URL, stop: nothingToStop }
    : await embedPostgres({ dataDir, say })
  onStarted(service)
  try {
    const { applied } = await migrateDatabase(service.url)
    if (applied > 0) say(`Postgres: ${applied === 1 ? 'one migration' : `${applied} migrations`} applied`)
  } catch (error) {
    throw migrationFailure(error)
  }
  return service
}

/**
 * Without the statement, which drizzle's message repeats whole, and without the URL, which holds the password.
 * @param {unknown} error
 */
function migrationFailure(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error) || !('code' in cause)) return error
  const reason = 'severity' in cause ? `${cause.message}, ${cause.code}` : String(cause.code)
  return new LaunchError(`The database cannot be used: ${reason}.`)
}

/** @param {Omit<Options, 'env' | 'onStarted'>} options */
async function embedPostgres({ dataDir, say }) {
  const postgres = await startPostgres({ dataDir, preferredPort: 15_432, say })
  say(`Postgres: embedded, ${postgres.reused ? 'still running from before' : 'started'} on port ${postgres.port}`)
  return postgres
}

/**
 * The Redis of REDIS_URL, else an embedded one, else none: everything works without, more slowly.
 * @param {Options} options
 * @returns {Promise<Service | null>}
 */
export async function startCache({ env, dataDir, say, onStarted }) {
  if (env.REDIS_URL) return { url: env.REDIS_URL, stop: nothingToStop }
  if (embeddingRefusal(env)) return goOn('none is set')
  const binary = await findRedis({ cacheDir: join(dataDir, 'cache'), say })
  if (!binary) return goOn('none was found (install redis-server to have one)')
  try {
    const redis = await startRedis({ binary, dataDir, preferredPort: 16_379 })
    onStarted(redis)
    say(`Redis: ${binary.source}, ${redis.reused ? 'still running from before' : 'started'} on port ${redis.port}`)
    return redis
  } catch (error) {
    return goOn(error instanceof Error ? error.message : 'it did not start')
  }

  function goOn(/** @type {string} */ reason) {
    say(`Redis: ${reason}. Without it no answer is cached, and a reply that is cut off cannot be picked up again.`)
    return null
  }
}
