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
