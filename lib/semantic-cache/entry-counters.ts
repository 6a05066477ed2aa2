import type { Cluster, Redis } from 'ioredis'
import { ledgerKey, ledgerTotalsKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'

/**
 * The kinds of items in the cache, each with its own ledger. All items of a kind must have the same maximum TTL, so
 * that the item that expires first is also the oldest.
 */
const kinds = Object.freeze(['own', 'shared', 'embedding', 'askers'] as const)
export type LedgerKind = (typeof kinds)[number]

export type LedgerItem = {
  kind: LedgerKind
  /** The names that are needed to delete the item. They must not contain spaces. */
  names: readonly string[]
  /** The size of the item in Redis, without its line in the ledger. */
  bytes: number
  /** The maximum TTL of the item's kind. */
  maxTtlMs: number
}

/** The maximum number of items that one call evicts. The caller needs one to three commands to delete each. */
export const maxEvicted = 50
/** The overhead of a sorted set's member: its skip list node, its hash table entry and its score. */
const memberBytes = 130

const recordSizesScript = `
-- The ledgers are one sorted set for each kind of item and one hash with the total size of each kind. A member is
-- "<bytes> <maximum TTL> <names>"; its score is its time of expiry, in microseconds because many items arrive in
-- one millisecond. Records new items and removes expired ones. Then removes and returns the oldest items of all
-- kinds until the total is within the limit. The caller must delete those items, because they are in other slots.
-- Times are by the clock of Redis.
local totals = KEYS[1]
local limit, maxEvicted = tonumber(ARGV[1]), tonumber(ARGV[2])

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local sums = {}

local function parse(member)
  local bytes, life = string.match(member, '^(%d+) (%d+) ')
  return tonumber(bytes) or 0, tonumber(life) or 0
end
local function remove(kind, member)
  redis.call('ZREM', KEYS[kind], member)
  sums[kind] = sums[kind] - parse(member)
end
local function extendTtl(key, ttl)
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end

for kind = 2, #KEYS do
  -- If the ledger was evicted by Redis, its recorded total no longer applies.
  local recorded = redis.call('EXISTS', KEYS[kind]) == 1 and redis.call('HGET', totals, kind)
  sums[kind] = tonumber(recorded or 0) or 0
  local ended = redis.call('ZRANGE', KEYS[kind], '-inf', now, 'BYSCORE', 'LIMIT', 0, 4 * maxEvicted)
  for _, member in ipairs(ended) do remove(kind, member) end
end

for at = 3, #ARGV, 2 do
  local kind, member = tonumber(ARGV[at]), ARGV[at + 1]
  local bytes, life = parse(member)
  -- An item that is recorded again only gets a later expiry; its size must not be added twice.
  if redis.call('ZADD', KEYS[kind], now + life * 1000, member) == 1 then sums[kind] = sums[kind] + bytes end
  extendTtl(KEYS[kind], life)
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
while #evicted < 2 * maxEvicted do
  local sum = 0
  for kind = 2, #KEYS do sum = sum + sums[kind] end
  if sum <= limit then break end
  local kind, member = oldest()
  if not kind then break end
  remove(kind, member)
  evicted[#evicted + 1] = kind
  evicted[#evicted + 1] = member
end

for kind = 2, #KEYS do
  redis.call('HSET', totals, kind, math.max(0, sums[kind]))
  extendTtl(totals, redis.call('PTTL', KEYS[kind]))
end
if redis.call('PTTL', totals) < 0 then redis.call('PEXPIRE', totals, 60000) end
return evicted
`

/**
 * Records the sizes of new items and returns the oldest items, 50 at most, that must be deleted so that the cache
 * stays within `limitBytes`. The ledger no longer lists the returned items, so the caller must delete them. Takes
 * one round trip and 150 ms at most. Rejects with the error of Redis or the connection.
 */
export async function recordEntrySizes(
  redis: Redis | Cluster,
  items: readonly LedgerItem[],
  limitBytes: number,
): Promise<LedgerItem[]> {
  const keys = [ledgerTotalsKey, ...kinds.map(ledgerKey)]
  const values = items.flatMap((item) => [kinds.indexOf(item.kind) + 2, formatLine(item)])
  const recording = runScript(redis, recordSizesScript, keys, [limitBytes, maxEvicted, ...values])
  const reply = await withTimeout(redisBudgetMs, recording)
  if (!Array.isArray(reply)) return []
  const evicted: LedgerItem[] = []
  for (let at = 0; at < reply.length; at += 2) {
    const kind = kinds[Number(reply[at]) - 2]
    if (kind) evicted.push(parseLine(kind, String(reply[at + 1])))
  }
  return evicted
}

/**
 * Returns the total size of the cache as recorded in the ledgers. Rejects with the error of Redis or the connection.
 */
export async function readRecordedBytes(redis: Redis | Cluster): Promise<number> {
  const sums = await redis.hvals(ledgerTotalsKey)
  return sums.reduce((total, sum) => total + Number(sum), 0)
}

function formatLine({ names, bytes, maxTtlMs }: LedgerItem): string {
  const rest = ` ${maxTtlMs} ${names.join(' ')}`
  return `${Math.ceil(bytes) + memberBytes + rest.length}${rest}`
}

function parseLine(kind: LedgerKind, line: string): LedgerItem {
  const [bytes, maxTtlMs, ...names] = line.split(' ')
  return { kind, names, bytes: Number(bytes), maxTtlMs: Number(maxTtlMs) }
}

const countScript = `
-- Increments counters of a hash and sets its TTL. ARGV is the TTL, followed by pairs of field and amount.
local counters, ttl = KEYS[1], ARGV[1]
for at = 2, #ARGV, 2 do redis.call('HINCRBYFLOAT', counters, ARGV[at], ARGV[at + 1]) end
redis.call('PEXPIRE', counters, ttl)
return 1
`

/**
 * Increments counters in a hash and sets its TTL. Takes 150 ms at most. Rejects with the error
 * of Redis or the connection.
 */
export async function countInHash(
  redis: Redis | Cluster,
  key: string,
  amounts: Readonly<Record<string, number | undefined>>,
  ttlMs: number,
): Promise<void> {
  const values = Object.entries(amounts).flatMap(([field, amount]) => (amount ? [field, amount] : []))
  await withTimeout(redisBudgetMs, runScript(redis, countScript, [key], [ttlMs, ...values]))
}

/**
 * Sums the counters of several hashes by field. A key that cannot be read as a hash counts as empty. Takes 150 ms
 * at most and rejects if it takes longer.
 */
export async function readHashes(redis: Redis | Cluster, keys: readonly string[]): Promise<Record<string, number>> {
  const reading = keys.map((key) => redis.hgetall(key).catch(() => ({})))
  const hashes = await withTimeout(redisBudgetMs, Promise.all(reading))
  const totals: Record<string, number> = Object.create(null)
  for (const [field, amount] of hashes.flatMap((hash) => Object.entries(hash)))
    totals[field] = (totals[field] ?? 0) + (Number(amount) || 0)
  return { ...totals }
}
