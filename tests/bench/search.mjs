/*
 * `node tests/bench/search.mjs [--messages 100000]` measures how long a search takes for a user with this many
 * messages, if another user has the same number. The searches run one after another. The script prints p50 and p95 in
 * ms for each kind of query as JSON and asserts nothing.
 */
import './import-sources.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startPostgres } from '../../scripts/launcher/embedded-postgres.mjs'
import { migrateDatabase } from '../../scripts/launcher/migrate-database.mjs'
import { quantile } from './load.mjs'

const { connectDatabase } = await import('@/db/connect')
const { indexAllTexts } = await import('@/lib/conversation/index-texts')
const { searchConversations } = await import('@/lib/conversation/search-conversations')

const { values } = parseArgs({ options: { messages: { type: 'string', default: '100000' } } })
const messages = Number(values.messages)
const perConversation = 50
const wordsPerMessage = 60
const searches = 60
const round = (/** @type {number} */ value) => Math.round(value * 10) / 10

const dataDir = mkdtempSync(join(tmpdir(), 'goldfish-bench-'))
const postgres = await startPostgres({ dataDir, durable: false })
try {
  await migrateDatabase(postgres.url)
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const onError = () => undefined
  const { db, close } = connectDatabase({ url: postgres.url, driver: 'pg', poolMax: 2, onError })
  for (const user of ['reader', 'other']) {
    await client.query(`insert into "user" (id, name, email) values ($1, $1, $1)`, [user])
    await client.query(
      `insert into conversation (user_id, id, title, last_seq, updated_at)
      select $1, gen_random_uuid(), 'Conversation ' || n, $3, now() - make_interval(mins => n)
      from generate_series(1, $2::int) n`,
      [user, messages / perConversation, perConversation],
    )
    // The words are distributed as in a language: the first are in nearly every message, the last are rare.
    await client.query(
      `insert into message (user_id, id, conversation_id, turn_id, role, seq, status, parts, context_tokens)
      select $1, gen_random_uuid(), id, gen_random_uuid(), case seq % 2 when 1 then 'user' else 'assistant' end, seq,
        'complete', jsonb_build_array(jsonb_build_object('type', 'text', 'text', (
          select string_agg('w' || floor(exp(random() * ln(20000)))::int || 'x', ' ')
          from generate_series(1, $2::int) where id is not null and seq is not null))), 1
      from conversation, generate_series(1, $3::int) seq where user_id = $1`,
      [user, wordsPerMessage, perConversation],
    )
  }
  const startedAt = performance.now()
  let indexed = 0
  for (let batch = await indexAllTexts({ db }); batch > 0; batch = await indexAllTexts({ db })) indexed += batch
  const indexMs = performance.now() - startedAt
  await client.query('vacuum analyze')
  const size = await client.query(`select pg_size_pretty(pg_relation_size('message_search')) as index,
    pg_size_pretty(pg_total_relation_size('message')) as "all"`)

  const context = /** @type {Parameters<typeof searchConversations>[0]} */ ({ db, userId: 'reader' })
  const kinds = {
    'a word in nearly every message': () => 'w1x',
    'a word in one of ten messages': () => `w${30 + Math.floor(Math.random() * 20)}x`,
    'a rare word': () => `w${10_000 + Math.floor(Math.random() * 10_000)}x`,
    'two words': () => `w${5 + Math.floor(Math.random() * 20)}x w${100 + Math.floor(Math.random() * 100)}x`,
    'the prefix of all words': () => 'w',
    'the prefix of some words': () => `w${100 + Math.floor(Math.random() * 900)}`,
    'a word that does not occur': () => `q${Math.floor(Math.random() * 1000)}`,
  }
  for (const [kind, text] of Object.entries(kinds)) {
    /** @type {number[]} */
    const times = []
    let found = 0
    for (let index = 0; index < searches; index++) {
      const query = text()
      const before = performance.now()
      found += (await searchConversations(context, query, { limit: 30, after: null })).items.length
      times.push(performance.now() - before)
    }
    const line = { kind, p50: round(quantile(times, 0.5)), p95: round(quantile(times, 0.95)), found: found / searches }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  }
  const perMessageMs = Math.round((indexMs / indexed) * 1000) / 1000
  process.stdout.write(`${JSON.stringify({ messages, indexed, perMessageMs, ...size.rows[0] })}\n`)
  await close()
  await client.end()
} finally {
  await postgres.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
