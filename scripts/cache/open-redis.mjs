import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Cluster, Redis } from 'ioredis'
import { readDotEnv, root } from '../launcher/dot-env.mjs'
import { readHolder } from '../launcher/lock.mjs'

/** A problem that the caller of the command can fix. Its message is shown without a stack. */
export class RedisProblem extends Error {}

/**
 * Connects to the servers of REDIS_URL, or to the embedded Redis of a Goldfish that was started in
 * this checkout. Returns one server, or the primaries of a cluster. Throws `RedisProblem` if no URL is
 * known or no server can be reached.
 * @returns {Promise<{ servers: Redis[], close: () => void }>}
 */
export async function openRedis() {
  readDotEnv()
  const [first, ...more] = (process.env.REDIS_URL || embeddedUrl() || '').split(',').map((url) => url.trim())
  if (!first)
    throw new RedisProblem(
      'Set REDIS_URL, or start Goldfish first (npm start): its embedded Redis runs only while Goldfish does.',
    )
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
  throw new RedisProblem('Cannot reach Redis at REDIS_URL.')
}

/**
 * Returns the URL of the embedded Redis, or null if no launcher is running. The services file of a killed launcher is
 * ignored, because another process may use that port now.
 */
export function embeddedUrl() {
  const dataDir = resolve(root, process.env.GOLDFISH_DATA_DIR || '.goldfish')
  if (!readHolder(join(dataDir, 'launcher.lock'))?.holder) return null
  try {
    return String(JSON.parse(readFileSync(join(dataDir, 'services.json'), 'utf8')).redisUrl ?? '')
  } catch {
    return null
  }
}
