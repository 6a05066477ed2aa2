export const nearestScript = `
-- Finds the entries whose vectors are nearest and reads their payloads, in one round trip: in the scope's vector set, or
-- without one hands its block over, which the caller scans; the payloads of a small block come with it. Members of the
-- set whose entries are gone are removed on the way, and what they hid is looked for. pcall, because a value of another
-- type or dimension under one of our names is a miss and not an error, and a server that refuses writes may be read.
local set, expiries, block = KEYS[1], KEYS[2], KEYS[3]
local entryPrefix, vector = ARGV[1], ARGV[2]
local limit, leastScore, carried = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local function readEntry(id)
  local payload = redis.pcall('GET', entryPrefix .. id)
  if type(payload) ~= 'string' then return false, 0 end
  return payload, redis.call('PTTL', entryPrefix .. id)
end

-- Entries as id, score, payload and milliseconds left; and whether dead members stood among them.
local function searchSet()
  local found, hadDead = { 'set' }, false
  local near = redis.pcall('VSIM', set, 'FP32', vector, 'WITHSCORES', 'COUNT', limit)
  if near.err then return found, false end
  for at = 1, #near, 2 do
    local id, score = near[at], near[at + 1]
    if tonumber(score) < leastScore then break end
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
if (#packed - 4) / recordBytes > carried then return reply end
for at = 5, #packed, recordBytes do
  local payload, left = readEntry(string.sub(packed, at, at + idBytes - 1))
  reply[#reply + 1] = payload
  reply[#reply + 1] = left
end
return reply
`

/** A Lua function that adds a user to a hash of users and their networks. Scripts that count users begin with it. */
export const addMember = `
-- Adds a user to a hash user → network, unless it already has the maximum number of users of that network (0: any
-- number). Returns whether the user is in the hash now. A user who returns from another network stays one member.
local function addMember(members, user, network, perNetwork)
  if redis.call('HEXISTS', members, user) == 1 then return true end
  if perNetwork > 0 then
    local same = 0
    for _, other in ipairs(redis.call('HVALS', members)) do
      if other == network then same = same + 1 end
    end
    if same >= perNetwork then return false end
  end
  redis.call('HSET', members, user, network)
  return true
end
`

/** A counted user, named by hashes that reveal neither the user nor the network. */
export type Member = { user: string; network: string }
