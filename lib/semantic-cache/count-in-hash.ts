import type { Cluster, Redis } from 'ioredis'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'

export const countScript = `
-- Adds to the counters of a hash and gives it its life: ARGV is the TTL, then a field and an amount, and so on.
local counters, ttl = KEYS[1], ARGV[1]
for at = 2, #ARGV, 2 do redis.call('HINCRBYFLOAT', counters, ARGV[at], ARGV[at + 1]) end
redis.call('PEXPIRE', counters, ttl)
return 1
`

/** Adds to counters in a hash. Within 150 ms; rejects with what Redis or the connection says. */
export async function countInHash(
  redis: Redis | Cluster,
  key: string,
  amounts: Readonly<Record<string, number | undefined>>,
  ttlMs: number,
): Promise<void> {
  const values = Object.entries(amounts).flatMap(([field, amount]) => (amount ? [field, amount] : []))
  await settleWithin(redisBudgetMs, runScript(redis, countScript, [key], [ttlMs, ...values]))
}

/** The counters of these hashes, added up by field. A hash that is not there, or no hash, counts nothing. */
export async function readHashes(redis: Redis | Cluster, keys: readonly string[]): Promise<Record<string, number>> {
  const reading = keys.map((key) => redis.hgetall(key).catch(() => ({})))
  const hashes = await settleWithin(redisBudgetMs, Promise.all(reading))
  const totals: Record<string, number> = Object.create(null)
  for (const [field, amount] of hashes.flatMap((hash) => Object.entries(hash)))
    totals[field] = (totals[field] ?? 0) + (Number(amount) || 0)
  return { ...totals }
}
