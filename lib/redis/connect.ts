import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { describeError, type Log } from '@/lib/log'

/** A connection to Redis, or null where the operator gave none. Whatever it holds can vanish at any moment. */
export type RedisHandle = Redis | Cluster | null

/** `urls`: redis:// or rediss://. A cluster is found from any of its nodes; a single server has one URL. */
export type RedisAddress = { urls: readonly [string, ...string[]]; cluster: boolean }

/**
 * Nobody ever waits long for Redis: connect 300 ms, a command 100 ms, no queue while it is away, nothing sent twice
 * (design/invariants.md §2 and §3). A connection that has been silent for a second under an unanswered command is taken
 * for dead: without that, a server that vanished without a word would be waited for until TCP gives up, many minutes.
 */
const patience = Object.freeze({
  connectTimeout: 300,
  commandTimeout: 100,
  socketTimeout: 1_000,
  // A server that left the handshake unanswered will not say goodbye either.
  disconnectTimeout: 100,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  keepAlive: 30_000,
  // After a failover the old primary is a replica: its name may lead elsewhere now.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
}) satisfies RedisOptions

/** Milliseconds before the next attempt. Its cap decides how soon after Redis the cache is back. */
const retryDelayMs = (times: number) => Math.min(50 * times, 1_000)

const warnEveryMs = 60_000

/** Starts to connect and returns at once; the connection keeps trying for as long as the process lives. */
export function connectRedis({ urls, cluster }: RedisAddress, log: Pick<Log, 'warn'>): Redis | Cluster {
  const redis = cluster ? connectCluster(urls) : connectServer(urls[0])
  const warn = warnSometimes(log)
  redis.on('error', warn)
  redis.on('trouble', warn)
  return redis
}

const connectServer = (url: string) =>
  new Redis(url, { ...patience, enableOfflineQueue: false, retryStrategy: retryDelayMs })

function connectCluster(urls: readonly [string, ...string[]]): Cluster {
  const { username, password, protocol } = new URL(urls[0])
  const credentials = {
    // Nodes that the cluster itself names come without them.
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  }
  return new Cluster([...urls], {
    redisOptions: { ...patience, ...credentials },
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelayMs,
    clusterNodeRetryStrategy: retryDelayMs,
    slotsRefreshTimeout: patience.connectTimeout,
    // One redirection is how a moved slot is learned; more would be waiting.
    maxRedirections: 2,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
  })
}

/** The first trouble of a minute is logged; it would be a line per request otherwise. */
function warnSometimes(log: Pick<Log, 'warn'>): (error: unknown) => void {
  let warnedAt = Number.NEGATIVE_INFINITY
  return (error) => {
    if (performance.now() - warnedAt < warnEveryMs) return
    warnedAt = performance.now()
    log.warn('redis trouble', { error: describeError(error) })
  }
}

/**
 * Says that a command failed. Joins what the connection itself reports, so that a full or frozen Redis makes one warning
 * a minute and not one per request.
 */
export function reportTrouble(redis: Redis | Cluster, error: unknown): void {
  redis.emit('trouble', error)
}

/**
 * Whether commands can be sent, waiting for that only while a new process makes its very first connection, at most
 * `milliseconds`. With Redis away it answers at once: whoever asks then goes on without it.
 */
export function waitUntilReady(redis: Redis | Cluster, milliseconds: number): Promise<boolean> {
  if (redis.status === 'ready') return Promise.resolve(true)
  if (!isConnectingFirst(redis)) return Promise.resolve(false)
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer)
      for (const event of outcomes) redis.off(event, settle)
      resolve(redis.status === 'ready')
    }
    const timer = setTimeout(settle, milliseconds)
    for (const event of outcomes) redis.once(event, settle)
  })
}

const outcomes = Object.freeze(['ready', 'error', 'close', 'end'] as const)

/** ioredis counts attempts that failed since it was last ready; it has no public word for that. A test holds it to it. */
function isConnectingFirst(redis: Redis | Cluster): boolean {
  return /^(wait|connecting|connect)$/.test(redis.status) && Reflect.get(redis, 'retryAttempts') === 0
}
