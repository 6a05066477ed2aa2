export const nearestScript = `
-- Finds the entries with the nearest vectors and reads their payloads, in one round trip. If the scope has a
-- vector set, it is searched here. Otherwise the scope's block is returned, which the caller must scan; a
-- small block comes with the payloads of all its entries. Members of the set whose entries have expired are
-- removed and the search is repeated, because they may have displaced living ones. Uses pcall, because a
-- value of another type or dimension under one of these keys must be a miss and not an error, and because a
-- server that rejects writes can still be read.
local set, expiries, block = KEYS[1], KEYS[2], KEYS[3]
local entryPrefix, vector = ARGV[1], ARGV[2]
local limit, minScore, maxInlined = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local function readEntry(id)
  local payload = redis.pcall('GET', entryPrefix .. id)
  if type(payload) ~= 'string' then return false, 0 end
  return payload, redis.call('PTTL', entryPrefix .. id)
end

-- Returns entries as id, score, payload and remaining milliseconds, and whether any member's entry had expired.
local function searchSet()
  local found, hadDead = { 'set' }, false
  local similar = redis.pcall('VSIM', set, 'FP32', vector, 'WITHSCORES', 'COUNT', limit)
  if similar.err then return found, false end
  for at = 1, #similar, 2 do
    local id, score = similar[at], similar[at + 1]
    if tonumber(score) < minScore then break end
    local payload, left = readEntry(id)
    if payload then
      for _, part in ipairs({ id, score, payload, left }) do found[#found + 1] = part end
    else
      hadDead = true
      redis.pcall('VREM', set, id)
      redis.pcall('ZREM', expiries, id)
    end
  end
  return found, hadDead
end

if redis.call('EXISTS', set) == 1 then
  local found, hadDead = searchSet()
  for _ = 1, 3 do
    if not hadDead then break end
    found, hadDead = searchSet()
  end
  return found
end

local packed = redis.pcall('GET', block)
if type(packed) ~= 'string' or #packed < 4 then return { 'block', '' } end
local reply = { 'block', packed }
local _, idBytes, dimension = struct.unpack('<BBH', packed)
local recordBytes = idBytes + 8 + dimension
if (#packed - 4) / recordBytes > maxInlined then return reply end
for at = 5, #packed, recordBytes do
  local payload, left = readEntry(string.sub(packed, at, at + idBytes - 1))
  reply[#reply + 1] = payload
  reply[#reply + 1] = left
end
return reply
`
