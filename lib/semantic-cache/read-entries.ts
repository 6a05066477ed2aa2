import type { Cluster, Redis } from 'ioredis'
import { entryPrefix, vectorBlockKey } from '@/lib/redis/keys'
import { runScript } from '@/lib/redis/run-script'
import type { Candidate } from './vector-block'
import type { NearEntry } from './vector-index'

export const readEntriesScript = `
-- Payloads of entries and the milliseconds they have left, in the order of the ids; false for one that is gone. The key
-- is only named for its slot.
local entryPrefix = ARGV[1]
local reply = {}
for at = 2, #ARGV do
  local entry = entryPrefix .. ARGV[at]
  local payload = redis.pcall('GET', entry)
  reply[#reply + 1] = type(payload) == 'string' and payload
  reply[#reply + 1] = redis.call('PTTL', entry)
end
return reply
`

/** Some candidates can be dead and hide living ones; so often the next ones are asked for. */
const mostRounds = 3

/** The entries of the best candidates, until `limit` of them live; and those that were found to be gone. */
export async function readEntries(
  redis: Redis | Cluster,
  scope: string,
  candidates: readonly Candidate[],
  limit: number,
): Promise<{ entries: NearEntry[]; dead: string[] }> {
  const entries: NearEntry[] = []
  const dead: string[] = []
  for (let at = 0, round = 0; round < mostRounds && at < candidates.length && entries.length < limit; round++) {
    const asked = candidates.slice(at, at + limit - entries.length)
    at += asked.length
    const values = [entryPrefix(scope), ...asked.map(({ entryId }) => entryId)]
    const reply = await runScript(redis, readEntriesScript, [vectorBlockKey(scope)], values)
    const sorted = pairEntries(asked, Array.isArray(reply) ? reply : [])
    entries.push(...sorted.entries)
    dead.push(...sorted.dead)
  }
  return { entries, dead }
}

/** Candidates with what was read for them: payload and milliseconds, one after another. */
export function pairEntries(
  candidates: readonly Candidate[],
  reply: readonly unknown[],
): { entries: NearEntry[]; dead: string[] } {
  const entries: NearEntry[] = []
  const dead: string[] = []
  for (const [index, candidate] of candidates.entries()) {
    const [payload, ttlLeftMs] = [reply[2 * index], reply[2 * index + 1]]
    if (Buffer.isBuffer(payload)) entries.push({ ...candidate, payload, ttlLeftMs: Number(ttlLeftMs) })
    else dead.push(candidate.entryId)
  }
  return { entries, dead }
}
