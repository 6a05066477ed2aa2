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
