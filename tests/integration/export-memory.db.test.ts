import { sql } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { exportEverything } from '@/lib/actions/export-everything'
import { download } from '@/lib/http/download'
import type { UserId } from '@/lib/ids'
import { createLog } from '@/lib/log'
import { testDatabase } from '@/tests/services/test-database'

/**
 * An export takes the same memory however much there is: what it holds is one read's rows, and a read is made when the
 * one before has been taken. Counted in rows and reads, which no collector and no busy machine can blur.
 */
const { db, sql: ask } = await testDatabase()
const userId = 'hoarder' as UserId
const mostRows = 100
/** Rows of each statement that was answered, in order, and how many were sent. */
let reads: number[] = []
let asked = 0
beforeEach(() => {
  asked = 0
  reads = []
})

/** The same database, with every read noted. Only `execute` is: what else an export asks are single rows. */
const counted = new Proxy(db, {
  get: (target, name, receiver) =>
    name === 'execute'
      ? async (query: Parameters<Database['execute']>[0]) => {
          asked += 1
          const result = await target.execute(query)
          reads.push(rowsOf(result).length)
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
const everything = () => exportEverything({ db: counted, userId, settings, now: Date.now })

/** One conversation of 10,000 messages and 500 of 20. */
beforeAll(async () => {
  await ask(`insert into "user" (id, name, email) values ('hoarder', 'Hoarder', 'hoarder@example.com')`)
  await ask(`
    insert into conversation (user_id, id, title, last_seq)
    select 'hoarder', md5('c' || c)::uuid, 'Chat ' || c, case c when 0 then 10000 else 20 end from generate_series(0, 500) c`)
  await ask(`
    insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens)
    select 'hoarder', md5(c || '-' || n)::uuid, md5('c' || c)::uuid, case when n > 1 then md5(c || '-' || (n - 1))::uuid end,
      md5(c || 't' || (n + 1) / 2)::uuid, case n % 2 when 1 then 'user' else 'assistant' end, n, 'complete',
      jsonb_build_array(jsonb_build_object('type', 'text', 'text', 'Message ' || n)), n
    from generate_series(0, 500) c, generate_series(1, case c when 0 then 10000 else 20 end) n`)
  await ask('analyze')
})

test('20,000 messages are read a hundred at a time', async () => {
  let messages = 0
  let longest = 0
  for await (const piece of everything()) {
    messages += piece.split('"turnId"').length - 1
    longest = Math.max(longest, piece.length)
  }
  expect(messages).toBe(20_000)
  expect(Math.max(...reads)).toBeLessThanOrEqual(mostRows)
  // Nor is it collected on the way: a piece is one message at most.
  expect(longest).toBeLessThan(1000)
})

test('a reader that takes nothing more has nothing more read for it, and one that leaves ends it', async () => {
  const file = { name: 'all.json', type: 'application/json', pieces: everything() }
  const reader = download(createLog('error'), file).body?.getReader()
  if (reader === undefined) throw new Error('no body')
  const pieces = async (count: number) => {
    for (let piece = 0; piece < count; piece += 1) expect((await reader.read()).done).toBe(false)
  }
  /** Far more than a stream that reads ahead would need for its next reads: all of them go over the same connections. */
  const settled = async () => {
    for (let trip = 0; trip < 50 || asked > reads.length; trip += 1) await db.execute(sql`select 1`)
    return asked
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
