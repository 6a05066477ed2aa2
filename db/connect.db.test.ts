import { sql } from 'drizzle-orm'
import { Client, type Pool } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { connectDatabase } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { withTimeout } from '@/lib/redis/run-script'
import { startFaultProxy, through } from '@/tests/services/fault-proxy'
import { testDatabase } from '@/tests/services/test-database'

/** With a single connection, a query that does not release it makes the next query fail. */
const { db, driver, url: databaseUrl, sql: directSql } = await testDatabase({ poolMax: 1 })
const runQuery = () => db.execute(sql`select 1`).then(() => 'works')

/** Returns the connections to this database that are not idle. */
const busy = () =>
  directSql(`select state from pg_stat_activity where datname = current_database()
    and pid <> pg_backend_pid() and state <> 'idle'`)

test('a connection that breaks inside a transaction fails only that transaction', async () => {
  const cut = db.transaction(async (tx) => {
    const [row] = rowsOf(await tx.execute(sql`select pg_backend_pid() as pid`), z.object({ pid: z.number() }))
    await directSql('select pg_terminate_backend($1)', [row?.pid])
    await tx.execute(sql`select 1`)
  })
  await expect(cut).rejects.toThrow()
  expect(await runQuery()).toBe('works')
})

test('a query that waits for a lock times out and releases its connection in the pool and on the server', async () => {
  await directSql('create table held (id int)')
  await directSql('insert into held values (1)')
  const holder = new Client({ connectionString: databaseUrl })
  await holder.connect()
  onTestFinished(() => holder.end())
  await holder.query('begin; lock table held')
  const waiting = db.transaction((tx) => tx.execute(sql`select * from held`))
  await expect(withTimeout(3_000, waiting)).rejects.toThrow('Failed query')
  expect(await runQuery()).toBe('works')
  await expect(db.execute(sql`select * from held`)).rejects.toThrow('Failed query')
  await holder.query('rollback')
  expect(await runQuery()).toBe('works')
  await expect.poll(busy).toEqual([])
}, 20_000)

test.runIf(driver === 'pg')(
  'a transaction that cannot begin because the server is frozen releases its connection',
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
    expect(rowsOf(await frozen.db.execute(sql`select 1 as one`), z.object({ one: z.number() }))).toEqual([{ one: 1 }])
  },
  20_000,
)

test('a query rejects soon when no connection becomes free', async () => {
  // This bypasses the product's pool wrapper, which would close the connection while the test still holds it.
  const held = await (db as unknown as { $client: Pool }).$client.connect()
  const expectBothToFail = async () => {
    await expect(db.execute(sql`select 1`)).rejects.toThrow('Failed query')
    await expect(db.transaction((tx) => tx.execute(sql`select 1`))).rejects.toThrow('Failed query: begin')
  }
  await withTimeout(1_800, expectBothToFail())
  expect((await held.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  held.release()
  expect(await runQuery()).toBe('works')
})

test('a result that arrived while the event loop was blocked is not treated as a timeout', async () => {
  await runQuery()
  const answered = db.execute(sql`select 1`).then(() => 'answered')
  const until = performance.now() + 2_500
  // The query must be sent before the event loop blocks.
  await new Promise((resolve) => setImmediate(resolve))
  while (performance.now() < until);
  expect(await answered).toBe('answered')
})
