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
 * @property {(line: string) => void} print
 * @property {(service: Service) => void} onStarted Called at once, so that the service will be stopped even if later
 *   steps fail
 */

const nothingToStop = async () => {}

/**
 * Throws if the embedded database would be lost on this machine. Must be called before anything is started.
 * @param {Environment} env
 */
export function requirePlaceForDatabase(env) {
  const refusal = env.DATABASE_URL ? null : embeddingRefusal(env)
  if (refusal) throw new LaunchError(refusal)
}

/**
 * Returns the database of DATABASE_URL, or starts the embedded one, and applies the pending migrations.
 * @param {Options} options
 * @returns {Promise<Service>}
 */
export async function startDatabase({ env, dataDir, print, onStarted }) {
  const service = env.DATABASE_URL
    ? { url: env.DATABASE_URL, stop: nothingToStop }
    : await embedPostgres({ dataDir, print })
  onStarted(service)
  try {
    const { applied } = await migrateDatabase(service.url)
    if (applied > 0) print(`Postgres: ${applied === 1 ? 'one migration' : `${applied} migrations`} applied`)
  } catch (error) {
    throw migrationFailure(error)
  }
  return service
}

/**
 * Describes a failed migration without the statement, which drizzle's message contains, and without the
 * URL, which contains the password.
 * @param {unknown} error
 */
function migrationFailure(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error) || !('code' in cause)) return error
  const reason = 'severity' in cause ? `${cause.message}, ${cause.code}` : String(cause.code)
  return new LaunchError(`Cannot use the database: ${reason}.`)
}

/** @param {Omit<Options, 'env' | 'onStarted'>} options */
async function embedPostgres({ dataDir, print }) {
  const postgres = await startPostgres({ dataDir, preferredPort: 15_432, print })
  print(
    `Postgres: embedded, ${postgres.reused ? 'still running from an earlier start' : 'started'} on port ${postgres.port}`,
  )
  return postgres
}

/**
 * Returns the Redis of REDIS_URL, or starts an embedded one. Returns null if there is none: everything works
 * without Redis, but more slowly.
 * @param {Options} options
 * @returns {Promise<Service | null>}
 */
export async function startCache({ env, dataDir, print, onStarted }) {
  if (env.REDIS_URL) return { url: env.REDIS_URL, stop: nothingToStop }
  if (embeddingRefusal(env)) return continueWithout('REDIS_URL is not set')
  const binary = await findRedis({ cacheDir: join(dataDir, 'cache'), print })
  if (!binary) return continueWithout('no server found (install redis-server to get one)')
  try {
    const redis = await startRedis({ binary, dataDir, preferredPort: 16_379 })
    onStarted(redis)
    print(
      `Redis: ${binary.source}, ${redis.reused ? 'still running from an earlier start' : 'started'} on port ${redis.port}`,
    )
    return redis
  } catch (error) {
    return continueWithout(error instanceof Error ? error.message : 'it did not start')
  }

  function continueWithout(/** @type {string} */ reason) {
    print(`Redis: ${reason}. Without Redis, answers are not cached and an interrupted stream cannot be resumed.`)
    return null
  }
}
