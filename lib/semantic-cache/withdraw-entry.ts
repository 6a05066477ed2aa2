import type { Cluster, Redis } from 'ioredis'
import { askersKey, entryKey, exactKey, withdrawnKey, wordsKey } from '@/lib/redis/keys'
import { redisBudgetMs, runScript, settleWithin } from '@/lib/redis/run-script'

/** An answer that is stored in a scope or may still be. Without `exactHash` the exact pointer is left to its TTL. */
export type WithdrawnEntry = {
  scope: string
  entryId: string
  wordsHash: string
  exactHash?: string | undefined
  answerHash: string
}

/**
 * How long a withdrawn answer is remembered. A store command is sent within seconds of the answer's end, but a
 * connection can deliver it late. A user's own answer expires before this time, so a later command would store an
 * expired one.
 */
const withdrawnTtlMs = 2 * 60 * 60 * 1000

/** A Lua function that deletes an entry and marks the answer. The mark comes last, because a full Redis rejects it. */
const dropAndMark = `
local function drop(entry, pointers, id)
  redis.call('DEL', entry)
  for _, pointer in ipairs(pointers) do
    if redis.pcall('GET', pointer) == id then redis.call('DEL', pointer) end
  end
end
`

export const withdrawScript = `${dropAndMark}
-- Deletes a user's own entry and marks its answer, so that a store command that arrives later writes nothing.
local withdrawn, entry, words, exact = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, ttl = ARGV[1], ARGV[2]
drop(entry, { words, exact }, id)
redis.call('SET', withdrawn, '1', 'PX', ttl)
return 1
`

export const withdrawOfferScript = `${dropAndMark}
-- Withdraws one asker and marks the answer. The shared entry is deleted too if no other user has asked.
local withdrawn, askers, entry, words, exact = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, ttl, asker = ARGV[1], ARGV[2], ARGV[3]
if redis.call('HDEL', askers, asker) == 1 and redis.call('HLEN', askers) == 0 then drop(entry, { words, exact }, id) end
redis.call('SET', withdrawn, '1', 'PX', ttl)
return 1
`

/** Withdraws a user's own answer, stored or not. Takes 150 ms at most. Rejects with the error of Redis. */
export async function withdrawEntry(redis: Redis | Cluster, entry: WithdrawnEntry): Promise<void> {
  const { scope, entryId, answerHash } = entry
  const keys = [withdrawnKey(scope, answerHash), entryKey(scope, entryId), ...pointersOf(entry)]
  await settleWithin(redisBudgetMs, runScript(redis, withdrawScript, keys, [entryId, withdrawnTtlMs]))
}

/** The same for an answer that `asker`, named by a hash, offered to the shared scope. */
export async function withdrawOffer(redis: Redis | Cluster, entry: WithdrawnEntry, asker: string): Promise<void> {
  const { scope, entryId, answerHash, wordsHash } = entry
  const keys = [
    withdrawnKey(scope, answerHash),
    askersKey(scope, wordsHash),
    entryKey(scope, entryId),
    ...pointersOf(entry),
  ]
  await settleWithin(redisBudgetMs, runScript(redis, withdrawOfferScript, keys, [entryId, withdrawnTtlMs, asker]))
}

const pointersOf = ({ scope, wordsHash, exactHash }: WithdrawnEntry) => [
  wordsKey(scope, wordsHash),
  ...(exactHash === undefined ? [] : [exactKey(scope, exactHash)]),
]
