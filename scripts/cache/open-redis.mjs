import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Cluster, Redis } from 'ioredis'
import { readDotEnv, root } from '../launcher/dot-env.mjs'
import { readHolder } from '../launcher/lock.mjs'

/** What the person who called can put right. */
export class RedisProblem extends Error {}

/**
 * The servers of REDIS_URL, or of a Goldfish that runs from this checkout: one, or the primaries of a cluster.
 * @returns {Promise<{ servers: Redis[], close: () => void }>}
 */
export async function openRedis() {
  readDotEnv()
  const [first, ...more] = (process.env.REDIS_URL || embeddedUrl() || '').split(',').map((url) => url.trim())
  if (!first) throw new RedisProblem('Set REDIS_URL, or start Goldfish first (npm start): its Redis runs only with it.')
  if (process.env.REDIS_CLUSTER !== '1') {
    const redis = new Redis(first, { lazyConnect: true, retryStrategy: null })
    redis.on('error', () => {})
    await redis.connect().catch(unreachable)
    return { servers: [redis], close: () => redis.disconnect() }
  }
  const { password, username } = new URL(first)
  const credentials = { ...(username && { username }), ...(password && { password: decodeURIComponent(password) }) }
  const cluster = new Cluster([first, ...more], {
    lazyConnect: true,
    redisOptions: credentials,
    clusterRetryStrategy: () => null,
  })
  cluster.on('error', () => {})
  await cluster.connect().catch(unreachable)
  return { servers: cluster.nodes('master'), close: () => cluster.disconnect() }
}

/** @returns {never} */
function unreachable() {
  throw new RedisProblem('Redis cannot be reached at REDIS_URL.')
}

/** Of a launcher that runs now: the file of one that was killed may name a port that is somebody else's by now. */
export function embeddedUrl() {
  const dataDir = resolve(root, process.env.GOLDFISH_DATA_DIR || '.goldfish')
  if (!readHolder(join(dataDir, 'launcher.lock'))?.holder) return null
  try {
    return String(JSON.parse(readFileSync(join(dataDir, 'services.json'), 'utf8')).redisUrl ?? '')
  } catch {
    return null
  }
}
