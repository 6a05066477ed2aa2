/*
 * `node tests/bench/todo-list.mjs` measures a read of the todo list from Postgres and from a warm cache in Redis, for
 * a user with 1,000 of 100,000 todos. The reads run one after another and ten at a time. The script prints p50 and
 * p95 in ms as JSON and asserts nothing. docs/decisions/0022-todo-list-without-a-cache.md uses its results.
 */
import './import-sources.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Redis } from 'ioredis'
import pg from 'pg'
import { startPostgres } from '../../scripts/launcher/embedded-postgres.mjs'
import { findRedis, startRedis } from '../../scripts/launcher/embedded-redis.mjs'
import { migrateDatabase } from '../../scripts/launcher/migrate-database.mjs'
import { quantile } from './load.mjs'

const { connectDatabase } = await import('@/db/connect')
const { countTodos, listTodos } = await import('@/lib/todo/todos')

const users = 100
const todosPerUser = 1000
const reads = 2000
const round = (/** @type {number} */ value) => Math.round(value * 100) / 100

const dataDir = mkdtempSync(join(tmpdir(), 'goldfish-bench-'))
const postgres = await startPostgres({ dataDir, durable: false })
const binary = await findRedis({ cacheDir: join(import.meta.dirname, '..', '..', '.goldfish', 'cache') })
if (!binary) throw new Error('no Redis was found')
const redisServer = await startRedis({ binary, dataDir, persist: false })
const redis = new Redis(redisServer.url)
try {
  await migrateDatabase(postgres.url)
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const onError = () => undefined
  const { db, close } = connectDatabase({ url: postgres.url, driver: 'pg', poolMax: 10, onError })
  await client.query(
    `insert into "user" (id, name, email) select 'u' || n, 'U', 'u' || n || '@example.com' from generate_series(1, $1::int) n`,
    [users],
  )
  // The rows of all users are interleaved, as they are in production.
  await client.query(
    `insert into todo (user_id, id, title, description, done, created_at)
    select 'u' || u, gen_random_uuid(), 'Something that has to be done, number ' || n,
      case n % 4 when 0 then repeat('More about it. ', 10) else '' end, n % 3 > 0, now() - make_interval(mins => n)
    from generate_series(1, $2::int) n, generate_series(1, $1::int) u`,
    [users, todosPerUser],
  )
  await client.query('vacuum analyze')

  const context = /** @type {Parameters<typeof listTodos>[0]} */ ({ db, userId: 'u7' })
  const fromPostgres = (/** @type {'all' | 'open' | 'done'} */ filter, /** @type {number} */ limit) =>
    Promise.all([listTodos(context, { filter, limit, after: null }), countTodos(context)])
  const key = '{gf:u7}:todos'
  await redis.set(key, JSON.stringify(await fromPostgres('all', 50)))
  const readers = {
    'Postgres, a page of 50 and the counts': () => fromPostgres('all', 50),
    'Postgres, a page of 50 of a filter and the counts': () => fromPostgres('open', 50),
    'Postgres, a page of 50 alone': () => listTodos(context, { filter: 'all', limit: 50, after: null }),
    'Redis, the page of 50 and the counts': async () => JSON.parse((await redis.get(key)) ?? ''),
  }
  for (const [way, read] of Object.entries(readers))
    for (const atOnce of [1, 10]) {
      for (let index = 0; index < 200; index++) await read()
      /** @type {number[]} */
      const times = []
      const startedAt = performance.now()
      const reader = async () => {
        while (times.length < reads) {
          const before = performance.now()
          await read()
          times.push(performance.now() - before)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, reader))
      const perSecond = Math.round((times.length / (performance.now() - startedAt)) * 1000)
      const line = { way, atOnce, p50: round(quantile(times, 0.5)), p95: round(quantile(times, 0.95)), perSecond }
      process.stdout.write(`${JSON.stringify(line)}\n`)
    }
  await close()
  await client.end()
} finally {
  redis.disconnect()
  await redisServer.stop()
  await postgres.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
