/** A function of Lua that adds a user to a hash of users and their networks; scripts that count users begin with it. */
export const addMember = `
-- Adds a user to a hash user → network, unless as many users of that network are in it as may count (0: any number).
-- Returns whether the user is in it now. A user who comes back from another network stays one member.
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

/** A user who counts, by hashes that name neither the user nor the network. */
export type Member = { user: string; network: string }
