import type { Cluster, Redis } from 'ioredis'
import { checkedVector, toInt8 } from '@/lib/embedding/embedder'
import { entryPrefix, vectorBlockKey, vectorExpiryKey, vectorSetKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, withTimeout } from '@/lib/redis/run-script'
import { pairEntries, readEntries } from './lookup-entry'
import { nearestScript } from './nearest-script'
import { parseBlock, scanRecords } from './vector-block'
import type { SemanticEntry, SemanticQuery, VectorIndex } from './vector-index'

/** Below this size, the graph of a vector set costs more memory than it saves time. */
const minSetSize = 8
/** Every lookup reads the whole block: 1,000 vectors of 256 dimensions are 300 KB. */
const maxBlockRecords = 1000

/**
 * The vector index of shared scopes. From eight members on a scope is a Redis vector set
 * (https://redis.io/docs/latest/develop/data-types/vector-sets/) if the server supports them. Otherwise it
 * is one block that is read whole and scanned in this process. The scripts detect the layout on the
 * server, so no process must know or remember it. A lookup takes one round trip, and a second one if a
 * block of eight or more records has candidates.
 */
export const sharedVectors = (redis: Redis | Cluster): VectorIndex => ({
  nearest: async (query) => {
    const vector = checkedVector(query.vector)
    return withTimeout(redisBudgetMs, findNearest(redis, { ...query, vector }))
  },
  add: async ({ scope, entryId, vector, ttlMs }) => {
    const unit = checkedVector(vector)
    const values = [entryId, toBuffer(toInt8(unit)), toBuffer(unit), ttlMs, maxBlockRecords, minSetSize]
    await withTimeout(redisBudgetMs, runScript(redis, addVectorScript, vectorKeys(scope), values))
    return true
  },
  drop: async (scope, entryIds) => {
    await withTimeout(redisBudgetMs, runScript(redis, dropVectorsScript, vectorKeys(scope), entryIds))
  },
})

async function findNearest(redis: Redis | Cluster, query: SemanticQuery): Promise<SemanticEntry[]> {
  const { scope, vector, similarityThreshold, limit } = query
  // The score of a vector set is (1 + cosine) / 2.
  const values = [entryPrefix(scope), toBuffer(vector), limit, (1 + similarityThreshold) / 2, minSetSize - 1]
  const reply = await runScript(redis, nearestScript, vectorKeys(scope), values)
  if (!Array.isArray(reply)) return []
  const [kind, ...rest]: unknown[] = reply
  return String(kind) === 'set' ? parseSetEntries(rest) : scanBlock(redis, query, rest)
}

/** Parses a flat list of id, score, payload and remaining milliseconds. */
function parseSetEntries(reply: readonly unknown[]): SemanticEntry[] {
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
  { scope, vector, similarityThreshold, limit }: SemanticQuery,
  [block, ...inlined]: readonly unknown[],
): Promise<SemanticEntry[]> {
  const records = Buffer.isBuffer(block) ? parseBlock(block, vector.length) : []
  const candidates = scanRecords(records, vector, similarityThreshold)
  if (candidates.length === 0) return []
  const { entries, dead } =
    inlined.length > 0
      ? pairEntries(
          candidates,
          candidates.flatMap(({ entryId }) => inlinedPayload(records, entryId, inlined)),
        )
      : await readEntries(redis, scope, candidates, limit)
  if (dead.length > 0) await runScript(redis, dropVectorsScript, vectorKeys(scope), dead)
  return entries.slice(0, limit)
}

/** Returns payload and remaining milliseconds of an entry. The script lists them in the order of the records. */
function inlinedPayload(
  records: readonly { entryId: string }[],
  entryId: string,
  inlined: readonly unknown[],
): readonly unknown[] {
  const index = records.findIndex((record) => record.entryId === entryId)
  return inlined.slice(2 * index, 2 * index + 2)
}

const vectorKeys = (scope: string) => [vectorSetKey(scope), vectorExpiryKey(scope), vectorBlockKey(scope)]

const toBuffer = ({ buffer, byteOffset, byteLength }: Float32Array | Int8Array) =>
  Buffer.from(buffer, byteOffset, byteLength)

export const addVectorScript = `
-- Adds a vector to the index of its scope. A small index is a block; from minSetSize members on it is moved to a
-- vector set. If VADD fails because the server has no vector sets, the index remains a block. Expired members are
-- removed, and values of another type or dimension are replaced. Each key must live as long as its longest-living
-- member. Times are by the clock of Redis.
local set, expiries, block = KEYS[1], KEYS[2], KEYS[3]
local id, bytes, floats = ARGV[1], ARGV[2], ARGV[3]
local ttl, maxRecords, minSetSize = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function extendTtl(key, milliseconds)
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
  extendTtl(set, ttl)
  extendTtl(expiries, ttl)
  return 1
end
-- Delete only if a key exists: after its first write a script may write even on a full server,
-- which would defeat the memory limit.
if redis.call('EXISTS', set, expiries) > 0 then redis.call('DEL', set, expiries) end

-- A record is an id, the time of expiry (8 bytes) and a signed byte per dimension. Records are read in place, because
-- parsing a thousand of them would block the server for milliseconds.
local header = struct.pack('<BBH', 1, #id, #bytes)
local recordBytes = #id + 8 + #bytes
local packed = redis.pcall('GET', block)
if type(packed) ~= 'string' or string.sub(packed, 1, 4) ~= header or (#packed - 4) % recordBytes ~= 0 then
  packed = header
end

local function idAt(at) return string.sub(packed, at, at + #id - 1) end
local function expiryAt(at) return (struct.unpack('<d', packed, at + #id)) end

local function hasStale()
  -- The bytes of a vector may match the id by chance. The block is then rebuilt without need, which is harmless.
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

-- The length of the vector is lost, but a vector set compares directions only.
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
  extendTtl(set, longest)
  extendTtl(expiries, longest)
  return true
end

local count = (#packed - 4) / recordBytes + 1
if count >= minSetSize and moveToSet() then return 1 end
local kept = string.sub(packed, 5 + recordBytes * math.max(0, count - maxRecords))
redis.call('SET', block, header .. kept .. id .. struct.pack('<d', now + ttl) .. bytes, 'KEEPTTL')
extendTtl(block, ttl)
return 1
`

export const dropVectorsScript = `
-- Removes the vectors of these entries from their scope's index, in both layouts. Uses pcall for the same reason as
-- the lookup: a value of another type must not be an error.
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
