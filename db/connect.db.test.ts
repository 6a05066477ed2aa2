import { sql } from 'drizzle-orm'
import { Client, type Pool } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { connectDatabase } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { withTimeout } from '@/lib/redis/run-script'
import { startFaultProxy, through } from '@/tests/services/fault-proxy'
import { testDatabase } from '@/tests/services/test-database'

/** One connection: whoever does not give it back is found out by the next query. */
const { db, driver, url: databaseUrl, sql: checker } = await testDatabase({ poolMax: 1 })
const works = () => db.execute(sql`select 1`).then(() => 'works')

/** Connections to this database that are in the middle of something. */
const busy = () =>
  checker(`select state from pg_stat_activity where datname = current_database()
    and pid <> pg_backend_pid() and state <> 'idle'`)

test('a connection that is cut in a transaction fails that transaction only', async () => {
  const cut = db.transaction(async (tx) => {
    const [row] = rowsOf<{ pid: number }>(await tx.execute(sql`select pg_backend_pid() as pid`))
    await checker('select pg_terminate_backend($1)', [row?.pid])
    await tx.execute(sql`select 1`)
  })
  await expect(cut).rejects.toThrow()
  expect(await works()).toBe('works')
})

test('what waits for a lock ends in time, and lets go of its connection here and there', async () => {
  await checker('create table held (id int)')
  await checker('insert into held values (1)')
  const holder = new Client({ connectionString: databaseUrl })
  await holder.connect()
  onTestFinished(() => holder.end())
  await holder.query('begin; lock table held')
  const waiting = db.transaction((tx) => tx.execute(sql`select * from held`))
  await expect(withTimeout(3_000, waiting)).rejects.toThrow('Failed query')
  expect(await works()).toBe('works')
  await expect(db.execute(sql`select * from held`)).rejects.toThrow('Failed query')
  await holder.query('rollback')
  expect(await works()).toBe('works')
  await expect.poll(busy).toEqual([])
}, 20_000)

test.runIf(driver === 'pg')(
  'a server that is frozen before a transaction begins costs no connection',
  async () => {
    const { hostname: host, port } = new URL(databaseUrl)
    const proxy = await startFaultProxy({ upstream: { host, port: Number(port) } })
    const frozen = connectDatabase({ url: through(databaseUrl, proxy), poolMax: 1, onError: () => undefined })
    onTestFinished(async () => {
      await frozen.close()
      await proxy.stop()
    })
    await frozen.db.execute(sql`select 1`)
    proxy.freeze()
    const begin = () => frozen.db.transaction((tx) => tx.execute(sql`select 1`))
    await expect(begin()).rejects.toThrow('Failed query: begin')
    await expect(begin()).rejects.toThrow('Failed query: begin')
    await proxy.restore()
    expect(rowsOf(await frozen.db.execute(sql`select 1 as one`))).toEqual([{ one: 1 }])
  },
  20_000,
)

test('who waits for a connection that others hold hears soon that there is none', async () => {
  // Past the product's own way to a connection, which would take it back while this test still holds it.
  const held = await (db as unknown as { $client: Pool }).$client.connect()
  const bothHear = async () => {
    await expect(db.execute(sql`select 1`)).rejects.toThrow('Failed query')
    await expect(db.transaction((tx) => tx.execute(sql`select 1`))).rejects.toThrow('Failed query: begin')
  }
  await withTimeout(1_800, bothHear())
  expect((await held.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  held.release()
  expect(await works()).toBe('works')
})

test('an answer that came while the process was busy is heard, however long that was', async () => {
  await works()
  const answered = db.execute(sql`select 1`).then(() => 'answered')
  const until = performance.now() + 2_500
  // The query leaves for the server first.
  await new Promise((resolve) => setImmediate(resolve))
  while (performance.now() < until);
  expect(await answered).toBe('answered')
})
