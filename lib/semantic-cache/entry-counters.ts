import type { Cluster, Redis } from 'ioredis'
import { ledgerKey, ledgerTotalsKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'

/** What lies in the cache. A line of each kind stays as long as the others, so that what ends first came first. */
const kinds = Object.freeze(['own', 'shared', 'embedding', 'askers'] as const)
export type LedgerKind = (typeof kinds)[number]

export type LedgerItem = {
  kind: LedgerKind
  /** What has to be known to take it out of the cache again. No name has a space. */
  names: readonly string[]
  /** What it takes in Redis, without its line in the ledger. */
  bytes: number
  /** How long things of its kind live at most: the same for all of them. */
  lifeMs: number
}

/** Handed back by one call. Each is a command or three for the caller. */
export const maxEvicted = 50
/** Of a sorted set's member: its place in the list, in the table, and its score. */
const memberBytes = 130

const noteSizesScript = `
-- The ledgers: one sorted set for each kind of thing that lies in the cache, its members "<bytes> <life> <names>" by the
-- time at which they end (in microseconds: many come in one millisecond), and one hash with what each kind takes in all. Notes new ones, forgets those that have ended,
-- and hands back what has to go: of all kinds that which came first, until the sum is within the limit. The caller drops
-- it, since it lies in other slots. The clock is that of Redis.
local totals = KEYS[1]
local limit, most = tonumber(ARGV[1]), tonumber(ARGV[2])

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local sums = {}

local function parse(member)
  local bytes, life = string.match(member, '^(%d+) (%d+) ')
  return tonumber(bytes) or 0, tonumber(life) or 0
end
local function forget(kind, member)
  redis.call('ZREM', KEYS[kind], member)
  sums[kind] = sums[kind] - parse(member)
end
local function outlive(key, ttl)
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end

for kind = 2, #KEYS do
  -- A ledger that is gone took its lines along.
  local known = redis.call('EXISTS', KEYS[kind]) == 1 and redis.call('HGET', totals, kind)
  sums[kind] = tonumber(known or 0) or 0
  local ended = redis.call('ZRANGE', KEYS[kind], '-inf', now, 'BYSCORE', 'LIMIT', 0, 4 * most)
  for _, member in ipairs(ended) do forget(kind, member) end
end

for at = 3, #ARGV, 2 do
  local kind, member = tonumber(ARGV[at]), ARGV[at + 1]
  local bytes, life = parse(member)
  -- Noted again it only lives longer.
  if redis.call('ZADD', KEYS[kind], now + life * 1000, member) == 1 then sums[kind] = sums[kind] + bytes end
  outlive(KEYS[kind], life)
end

local function oldest()
  local found, foundMember, foundAt
  for kind = 2, #KEYS do
    local head = redis.call('ZRANGE', KEYS[kind], 0, 0, 'WITHSCORES')
    if head[1] then
      local _, life = parse(head[1])
      local since = tonumber(head[2]) - life * 1000
      if not foundAt or since < foundAt then found, foundMember, foundAt = kind, head[1], since end
    end
  end
  return found, foundMember
end

local evicted = {}
while #evicted < 2 * most do
  local sum = 0
  for kind = 2, #KEYS do sum = sum + sums[kind] end
  if sum <= limit then break end
  local kind, member = oldest()
  if not kind then break end
  forget(kind, member)
  evicted[#evicted + 1] = kind
  evicted[#evicted + 1] = member
end

for kind = 2, #KEYS do
  redis.call('HSET', totals, kind, math.max(0, sums[kind]))
  outlive(totals, redis.call('PTTL', KEYS[kind]))
end
if redis.call('PTTL', totals) < 0 then redis.call('PEXPIRE', totals, 60000) end
return evicted
`

/**
 * Notes what was put into the cache, and hands back what must leave it so that all of it takes no more than `limitBytes`,
 * at most 50 at a time: the oldest, which the ledger has forgotten by then. One round trip, within 150 ms; rejects with
 * what Redis or the connection says.
 */
export async function recordEntrySizes(
  redis: Redis | Cluster,
  items: readonly LedgerItem[],
  limitBytes: number,
): Promise<LedgerItem[]> {
  const keys = [ledgerTotalsKey, ...kinds.map(ledgerKey)]
  const values = items.flatMap((item) => [kinds.indexOf(item.kind) + 2, formatLine(item)])
  const noting = runScript(redis, noteSizesScript, keys, [limitBytes, maxEvicted, ...values])
  const reply = await withTimeout(redisBudgetMs, noting)
  if (!Array.isArray(reply)) return []
  const evicted: LedgerItem[] = []
  for (let at = 0; at < reply.length; at += 2) {
    const kind = kinds[Number(reply[at]) - 2]
    if (kind) evicted.push(parseLine(kind, String(reply[at + 1])))
  }
  return evicted
}

/** What the ledgers say the cache takes, in bytes. Rejects with what Redis or the connection says. */
export async function readNotedBytes(redis: Redis | Cluster): Promise<number> {
  const sums = await redis.hvals(ledgerTotalsKey)
  return sums.reduce((total, sum) => total + Number(sum), 0)
}

function formatLine({ names, bytes, lifeMs }: LedgerItem): string {
  const rest = ` ${lifeMs} ${names.join(' ')}`
  return `${Math.ceil(bytes) + memberBytes + rest.length}${rest}`
}

function parseLine(kind: LedgerKind, line: string): LedgerItem {
  const [bytes, lifeMs, ...names] = line.split(' ')
  return { kind, names, bytes: Number(bytes), lifeMs: Number(lifeMs) }
}

const countScript = `
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
  await withTimeout(redisBudgetMs, runScript(redis, countScript, [key], [ttlMs, ...values]))
}

/** The counters of these hashes, added up by field. A hash that is not there, or no hash, counts nothing. */
export async function readHashes(redis: Redis | Cluster, keys: readonly string[]): Promise<Record<string, number>> {
  const reading = keys.map((key) => redis.hgetall(key).catch(() => ({})))
  const hashes = await withTimeout(redisBudgetMs, Promise.all(reading))
  const totals: Record<string, number> = Object.create(null)
  for (const [field, amount] of hashes.flatMap((hash) => Object.entries(hash)))
    totals[field] = (totals[field] ?? 0) + (Number(amount) || 0)
  return { ...totals }
}
