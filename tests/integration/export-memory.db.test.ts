import { sql } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '@/db/connect'
import { countRows } from '@/db/rows'
import { exportEverything } from '@/lib/actions/export-everything'
import { download } from '@/lib/http/download'
import type { UserId } from '@/lib/ids'
import { createLog } from '@/lib/log'
import { testDatabase } from '@/tests/services/test-database'

/**
 * The memory of an export must not depend on the amount of data: it should hold the rows of one read, and start a read
 * only after the rows of the previous one have been consumed. The tests count rows and reads, because heap sizes
 * depend on garbage collection and on the load of the machine.
 */
const { db, sql: runSql } = await testDatabase()
const userId = 'hoarder' as UserId
const maxRowsPerRead = 100
/** The number of rows of each completed read, in order. */
let reads: number[] = []
let startedReads = 0
beforeEach(() => {
  startedReads = 0
  reads = []
})

/** The database with counted reads. Only `execute` is counted, because an export reads single rows otherwise. */
const countingDb = new Proxy(db, {
  get: (target, name, receiver) =>
    name === 'execute'
      ? async (query: Parameters<Database['execute']>[0]) => {
          startedReads += 1
          const result = await target.execute(query)
          reads.push(countRows(result))
          return result
        }
      : Reflect.get(target, name, receiver),
})

const settings = {
  systemPrompt: '',
  mcpServers: [],
  answerCacheDefault: 'private' as const,
  sharing: { after: 5, accountAgeHours: 24, perNetwork: 1, verifiedOnly: false },
  embedTimeoutMs: 400,
  cacheMaxBytes: 1_000_000,
}
const everything = () => exportEverything({ db: countingDb, userId, settings, now: Date.now })

/** Stores one conversation of 10,000 messages and 500 conversations of 20. */
beforeAll(async () => {
  await runSql(`insert into "user" (id, name, email) values ('hoarder', 'Hoarder', 'hoarder@example.com')`)
  await runSql(`
    insert into conversation (user_id, id, title, last_seq)
    select 'hoarder', md5('c' || c)::uuid, 'Chat ' || c, case c when 0 then 10000 else 20 end from generate_series(0, 500) c`)
  await runSql(`
    insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens)
    select 'hoarder', md5(c || '-' || n)::uuid, md5('c' || c)::uuid, case when n > 1 then md5(c || '-' || (n - 1))::uuid end,
      md5(c || 't' || (n + 1) / 2)::uuid, case n % 2 when 1 then 'user' else 'assistant' end, n, 'complete',
      jsonb_build_array(jsonb_build_object('type', 'text', 'text', 'Message ' || n)), n
    from generate_series(0, 500) c, generate_series(1, case c when 0 then 10000 else 20 end) n`)
  await runSql('analyze')
})

test('an export of 20,000 messages reads at most 100 rows at a time', async () => {
  let messages = 0
  let longest = 0
  for await (const piece of everything()) {
    messages += piece.split('"turnId"').length - 1
    longest = Math.max(longest, piece.length)
  }
  expect(messages).toBe(20_000)
  expect(Math.max(...reads)).toBeLessThanOrEqual(maxRowsPerRead)
  // A piece must hold one message at most, so that rows are not collected after they have been read.
  expect(longest).toBeLessThan(1000)
})

test('an export reads no more rows while its reader pauses or after its reader has canceled', async () => {
  const file = { name: 'all.json', type: 'application/json', pieces: everything() }
  const reader = download(createLog('error'), file).body?.getReader()
  if (reader === undefined) throw new Error('no body')
  const pieces = async (count: number) => {
    for (let piece = 0; piece < count; piece += 1) expect((await reader.read()).done).toBe(false)
  }
  /**
   * Returns the number of reads after at least 50 round trips and when none is pending. An export that reads ahead must
   * have started its next reads by then, because they use the same connections.
   */
  const settled = async () => {
    for (let trip = 0; trip < 50 || startedReads > reads.length; trip += 1) await db.execute(sql`select 1`)
    return startedReads
  }
  await pieces(3)
  const early = await settled()
  expect(early).toBeLessThanOrEqual(2)
  await pieces(1000)
  const later = await settled()
  expect(later).toBeGreaterThan(early)
  expect(await settled()).toBe(later)
  await reader.cancel()
  expect(await settled()).toBe(later)
})
