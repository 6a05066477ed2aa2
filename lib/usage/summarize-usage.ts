import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { rowsOf } from '@/db/rows'
import { usage } from '@/db/schema/usage'
import type { Needs } from '@/lib/context'
import type { UsageSummary } from '@/lib/contract/api'

const usageRow = z.object({
  turns: z.number(),
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
  hits: z.object({ exact: z.number(), words: z.number(), semantic: z.number() }),
  savedUsd: z.number(),
  savedMs: z.number(),
  background: z.object({ calls: z.number(), inputTokens: z.number(), outputTokens: z.number(), costUsd: z.number() }),
})

/**
 * Sums up the usage of a user's turns in the last `days` days, and the savings of the answer cache. Reads Postgres
 * only.
 */
export async function summarizeUsage(
  { db, userId }: Needs<'db' | 'userId'>,
  days: number,
): Promise<Omit<UsageSummary, 'cache'>> {
  const result = await db.execute(sql`
    with spent as (
      select * from usage where user_id = ${userId} and created_at > now() - make_interval(days => ${days})
    ),
    behind as (
      select json_build_object('calls', count(*), 'inputTokens', coalesce(sum(input_tokens), 0),
        'outputTokens', coalesce(sum(output_tokens), 0), 'costUsd', coalesce(sum(cost_usd), 0)) as background
      from spent where purpose <> 'answer'
    )
    select count(*)::int as turns, coalesce(sum(input_tokens), 0)::float8 as "inputTokens",
      coalesce(sum(cached_input_tokens), 0)::float8 as "cachedInputTokens",
      coalesce(sum(output_tokens), 0)::float8 as "outputTokens", coalesce(sum(cost_usd), 0)::float8 as "costUsd",
      json_build_object(
        'exact', count(*) filter (where cache_layer = 'exact'),
        'words', count(*) filter (where cache_layer = 'words'),
        'semantic', count(*) filter (where cache_layer = 'semantic')) as hits,
      coalesce(sum(saved_usd), 0)::float8 as "savedUsd", coalesce(sum(saved_ms), 0)::float8 as "savedMs",
      (select background from behind) as background
    from spent where purpose = 'answer'`)
  const [row] = rowsOf(result, usageRow)
  if (!row) throw new Error('expected one row from an aggregate')
  const hits = row.hits.exact + row.hits.words + row.hits.semantic
  return { days, ...row, hitRatio: row.turns === 0 ? null : hits / row.turns }
}

/** The usage of an answer that is not stored as a message. It must be recorded separately. */
type AnswerUsage = Omit<typeof usage.$inferInsert, 'userId' | 'purpose' | 'createdAt'>

export async function recordUsage({ db, userId }: Needs<'db' | 'userId'>, answer: AnswerUsage): Promise<void> {
  await db.insert(usage).values({ ...answer, userId })
}
