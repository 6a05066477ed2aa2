import type { Cluster, Redis } from 'ioredis'

/** How the vectors of shared scopes lie: in vector sets (Redis 8 and newer), or in blocks; `unknown` if it does not say. */
export type VectorEngine = 'vector-sets' | 'blocks' | 'unknown'

/**
 * Asks the server which engine its shared scopes get, for reports and never for a look-up: the scripts find it out by
 * themselves, where the data lies. Never rejects.
 */
export async function findEngine(redis: Redis | Cluster): Promise<VectorEngine> {
  try {
    const commands = await redis.call('COMMAND', 'INFO', 'VADD', 'VSIM')
    if (!Array.isArray(commands) || commands.length !== 2) return 'unknown'
    return commands.every((command) => Array.isArray(command) && command.length > 0) ? 'vector-sets' : 'blocks'
  } catch {
    // Away, or an operator who forbids COMMAND: nothing depends on the answer.
    return 'unknown'
  }
}
