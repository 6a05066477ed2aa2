/*
 * The vectors of scopes that many share: a Redis vector set (https://redis.io/docs/latest/develop/data-types/vector-sets/)
 * from eight members on where the server has them, else one block that is read whole and scanned here. Nobody has to know
 * which: the scripts find it out where the data lies, so there is no question to ask first and no answer to remember.
 */
import type { Cluster, Redis } from 'ioredis'
import { checkedVector, toInt8 } from '@/lib/embedding/embedder'
import { entryPrefix, vectorBlockKey, vectorExpiryKey, vectorSetKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import { pairEntries, readEntries } from './lookup-entry'
import { nearestScript } from './nearest-script'
import { parseBlock, scanRecords } from './vector-block'
import type { SemanticEntry, SemanticQuery, VectorIndex } from './vector-index'

/** A graph for less costs more memory than it saves time. */
const smallestSet = 8
/** Read whole at every look-up: 1,000 vectors of 256 dimensions are 300 KB. */
const mostInBlock = 1000

/**
 * The index of shared scopes. A look-up is one round trip; a second one reads payloads when a block of eight or more has
 * candidates.
 */
export const sharedVectors = (redis: Redis | Cluster): VectorIndex => ({
  nearest: async (query) => {
    const vector = checkedVector(query.vector)
    return withTimeout(redisBudgetMs, findNearest(redis, { ...query, vector }))
  },
  add: async ({ scope, entryId, vector, ttlMs }) => {
    const unit = checkedVector(vector)
    const values = [entryId, bytesOf(toInt8(unit)), bytesOf(unit), ttlMs, mostInBlock, smallestSet]
    await withTimeout(redisBudgetMs, runScript(redis, addVectorScript, keysOf(scope), values))
    return true
  },
  drop: async (scope, entryIds) => {
    await withTimeout(redisBudgetMs, runScript(redis, dropVectorsScript, keysOf(scope), entryIds))
  },
})

async function findNearest(redis: Redis | Cluster, query: SemanticQuery): Promise<SemanticEntry[]> {
  const { scope, vector, atLeast, limit } = query
  // A vector set's score is (1 + cosine) / 2.
  const values = [entryPrefix(scope), bytesOf(vector), limit, (1 + atLeast) / 2, smallestSet - 1]
  const reply = await runScript(redis, nearestScript, keysOf(scope), values)
  if (!Array.isArray(reply)) return []
  const [kind, ...rest]: unknown[] = reply
  return String(kind) === 'set' ? entriesOfSet(rest) : scanBlock(redis, query, rest)
}

/** Id, score, payload and milliseconds left, one after another. */
function entriesOfSet(reply: readonly unknown[]): SemanticEntry[] {
  const entries: SemanticEntry[] = []
  for (let at = 0; at < reply.length; at += 4) {
    const [entryId, score, payload, ttlLeftMs] = reply.slice(at, at + 4)
    if (!Buffer.isBuffer(payload)) continue
    entries.push({
      entryId: String(entryId),
      similarity: 2 * Number(score) - 1,
      payload,
      ttlLeftMs: Number(ttlLeftMs),
    })
  }
  return entries
}

async function scanBlock(
  redis: Redis | Cluster,
  { scope, vector, atLeast, limit }: SemanticQuery,
  [block, ...carried]: readonly unknown[],
): Promise<SemanticEntry[]> {
  const records = Buffer.isBuffer(block) ? parseBlock(block, vector.length) : []
  const candidates = scanRecords(records, vector, atLeast)
  if (candidates.length === 0) return []
  const { entries, dead } =
    carried.length > 0
      ? pairEntries(
          candidates,
          candidates.flatMap(({ entryId }) => carriedFor(records, entryId, carried)),
        )
      : await readEntries(redis, scope, candidates, limit)
  if (dead.length > 0) await runScript(redis, dropVectorsScript, keysOf(scope), dead)
  return entries.slice(0, limit)
}

/** The script reads payloads in the order of the records. */
function carriedFor(
  records: readonly { entryId: string }[],
  entryId: string,
  carried: readonly unknown[],
): readonly unknown[] {
  const index = records.findIndex((record) => record.entryId === entryId)
  return carried.slice(2 * index, 2 * index + 2)
}

const keysOf = (scope: string) => [vectorSetKey(scope), vectorExpiryKey(scope), vectorBlockKey(scope)]

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int8Array) =>
  Buffer.from(buffer, byteOffset, byteLength)

export const addVectorScript = `
-- Adds a vector to its scope's index: to the vector set; or to the block while it is small, and for ever on a server that
-- has no vector sets, which is found out here by trying. What expired leaves on the way, and whatever is of another type
-- or dimension makes room. Each key lives as long as its longest-living member. The clock is that of Redis.
local set, expiries, block = KEYS[1], KEYS[2], KEYS[3]
local id, bytes, floats = ARGV[1], ARGV[2], ARGV[3]
local ttl, most, smallestSet = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function keepFor(key, milliseconds)
  if redis.call('PTTL', key) < milliseconds then redis.call('PEXPIRE', key, milliseconds) end
end

local function isOurSet()
  return redis.call('TYPE', set).ok == 'vectorset' and redis.call('VDIM', set) == #bytes
end

if isOurSet() then
  redis.call('VADD', set, 'FP32', floats, id, 'Q8')
  if redis.call('TYPE', expiries).ok ~= 'zset' then redis.call('DEL', expiries) end
  redis.call('ZADD', expiries, now + ttl, id)
  for _, dead in ipairs(redis.call('ZRANGEBYSCORE', expiries, '-inf', now, 'LIMIT', 0, 100)) do
    redis.call('VREM', set, dead)
    redis.call('ZREM', expiries, dead)
  end
  keepFor(set, ttl)
  keepFor(expiries, ttl)
  return 1
end
-- Only if there is something: after a first write Redis lets a script write on a full server.
if redis.call('EXISTS', set, expiries) > 0 then redis.call('DEL', set, expiries) end

-- A record: id, the moment it expires (8 bytes), a signed byte per dimension. Records are looked at where they lie: to
-- take a thousand of them apart would keep everybody else waiting for milliseconds.
local header = struct.pack('<BBH', 1, #id, #bytes)
local recordBytes = #id + 8 + #bytes
local packed = redis.pcall('GET', block)
if type(packed) ~= 'string' or string.sub(packed, 1, 4) ~= header or (#packed - 4) % recordBytes ~= 0 then
  packed = header
end

local function idAt(at) return string.sub(packed, at, at + #id - 1) end
local function expiryAt(at) return (struct.unpack('<d', packed, at + #id)) end

local function hasStale()
  -- The bytes of a vector may spell the id too; then nothing is stale, and it was looked at once more.
  if string.find(packed, id, 5, true) then return true end
  for at = 5, #packed, recordBytes do
    if expiryAt(at) <= now then return true end
  end
  return false
end

if hasStale() then
  local kept = {}
  for at = 5, #packed, recordBytes do
    if expiryAt(at) > now and idAt(at) ~= id then kept[#kept + 1] = string.sub(packed, at, at + recordBytes - 1) end
  end
  packed = header .. table.concat(kept)
end

-- Of the direction only, which is all that a vector set keeps.
local function toFloats(vector)
  local floatOf = {}
  for byte = 0, 255 do floatOf[string.char(byte)] = struct.pack('<f', byte < 128 and byte or byte - 256) end
  return (string.gsub(vector, '.', floatOf))
end

local function moveToSet()
  local added = redis.pcall('VADD', set, 'FP32', floats, id, 'Q8')
  if type(added) == 'table' then return false end
  redis.call('ZADD', expiries, now + ttl, id)
  for at = 5, #packed, recordBytes do
    local vector = string.sub(packed, at + #id + 8, at + recordBytes - 1)
    redis.pcall('VADD', set, 'FP32', toFloats(vector), idAt(at), 'Q8')
    redis.call('ZADD', expiries, expiryAt(at), idAt(at))
  end
  local longest = math.max(ttl, redis.call('PTTL', block))
  redis.call('DEL', block)
  keepFor(set, longest)
  keepFor(expiries, longest)
  return true
end

local count = (#packed - 4) / recordBytes + 1
if count >= smallestSet and moveToSet() then return 1 end
local kept = string.sub(packed, 5 + recordBytes * math.max(0, count - most))
redis.call('SET', block, header .. kept .. id .. struct.pack('<d', now + ttl) .. bytes, 'KEEPTTL')
keepFor(block, ttl)
return 1
`

export const dropVectorsScript = `
-- Takes the vectors of these entries out of their scope's index, whichever kind it is. pcall as in the look-up.
local set, expiries, block = KEYS[1], KEYS[2], KEYS[3]

local dropped = {}
for _, id in ipairs(ARGV) do
  dropped[id] = true
  if redis.call('EXISTS', set) == 1 then redis.pcall('VREM', set, id) end
  redis.pcall('ZREM', expiries, id)
end

local packed = redis.pcall('GET', block)
if type(packed) ~= 'string' or #packed < 4 then return 1 end
local _, idBytes, dimension = struct.unpack('<BBH', packed)
local recordBytes = idBytes + 8 + dimension
local kept = {}
for at = 5, #packed, recordBytes do
  local record = string.sub(packed, at, at + recordBytes - 1)
  if not dropped[string.sub(record, 1, idBytes)] then kept[#kept + 1] = record end
end
if #kept == 0 then redis.call('DEL', block)
else redis.call('SET', block, string.sub(packed, 1, 4) .. table.concat(kept), 'KEEPTTL') end
return 1
`
