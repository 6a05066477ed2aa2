import type { Redis } from 'ioredis'
import { familyOf } from './key-families'

const keysPerScan = 500

/**
 * Drops what the answer cache holds on one Redis server, for all users: answers, pointers, vectors, embeddings. Running
 * turns, limits and counters stay. Says how many keys went.
 */
export async function purgeCache(
  redis: Redis,
  onProgress: (dropped: number) => void = () => undefined,
): Promise<number> {
  let dropped = 0
  for await (const keys of redis.scanStream({ match: 'gf:1:*', count: keysPerScan }) as AsyncIterable<string[]>) {
    const ours = keys.filter((key) => familyOf(key)?.isCache)
    // One command each: on a node of a cluster they lie in different slots.
    const gone = await Promise.all(ours.map((key) => redis.unlink(key)))
    dropped += gone.reduce((sum, count) => sum + count, 0)
    onProgress(dropped)
  }
  return dropped
}
