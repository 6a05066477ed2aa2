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
