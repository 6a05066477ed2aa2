import { sql as statement } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import { testDatabase } from './test-database'

const { db, driver, sql } = await testDatabase()
const another = await testDatabase()

test('creates a migrated, empty and separate database with the driver of the project', async () => {
  expect(driver).toBe(process.env.TEST_DATABASE_DRIVER === 'neon' ? 'neon' : 'pg')
  await db.execute(statement`insert into rate_limit (key, count, window_ends_at) values ('k', 1, now())`)
  const rows = rowsOf(await db.execute(statement`select key from rate_limit`), z.object({ key: z.string() }))
  expect(rows).toEqual([{ key: 'k' }])
  expect(await sql('select count(*)::int as n from rate_limit')).toEqual([{ n: 1 }])
  expect(await another.sql('select count(*)::int as n from rate_limit')).toEqual([{ n: 0 }])
})

test('rolls back a failed transaction', async () => {
  const failing = db.transaction(async (transaction) => {
    await transaction.execute(statement`delete from rate_limit`)
    throw new Error('rolled back on purpose')
  })
  await expect(failing).rejects.toThrow('rolled back on purpose')
  expect(await sql('select count(*)::int as n from rate_limit')).toEqual([{ n: 1 }])
})
