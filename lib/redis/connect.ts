import { Cluster, type Command, Redis, type RedisOptions } from 'ioredis'
import { startDeadline } from '@/lib/deadline'
import { describeError, type Log } from '@/lib/log'

/** A connection to Redis, or null where the operator gave none. Whatever it holds can vanish at any moment. */
export type RedisHandle = Redis | Cluster | null

/** `urls`: redis:// or rediss://. A cluster is found from any of its nodes; a single server has one URL. */
export type RedisAddress = { urls: readonly [string, ...string[]]; cluster: boolean }

/**
 * Limits the time for which a request waits for Redis: 300 ms to connect, 100 ms for a command, no queue while Redis is
 * unavailable, no command sent twice. A connection without a response to a command for one second is treated as dead.
 * Otherwise a server that disappeared would be waited for until TCP gives up, which takes many minutes.
 */
const patience = Object.freeze({
  connectTimeout: 300,
  socketTimeout: 1_000,
  // A server that left the handshake unanswered will not say goodbye either.
  disconnectTimeout: 100,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  keepAlive: 30_000,
  // After a failover the old primary is a replica: its name may lead elsewhere now.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
}) satisfies RedisOptions

const commandMs = 100

/** Milliseconds before the next attempt. Its cap decides how soon after Redis the cache is back. */
const retryDelayMs = (times: number) => Math.min(50 * times, 1_000)

const warnEveryMs = 60_000

/** Starts to connect and returns at once; the connection keeps trying for as long as the process lives. */
export function connectRedis({ urls, cluster }: RedisAddress, log: Pick<Log, 'warn'>): Redis | Cluster {
  const redis = boundCommands(cluster ? connectCluster(urls) : connectServer(urls[0]))
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
  const redis = new Cluster([...urls], {
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
  // By itself a node is connected to by the first command for it, and those that come before it is ready are refused.
  // Not earlier: ioredis refuses even its own check of the cluster on a node that is connecting. And after this tick,
  // because a command that has just been sent elsewhere may be a new node's first one.
  redis.on('ready', () => redis.nodes('master').forEach(connectIdle))
  redis.on('+node', (node: Redis) => queueMicrotask(() => redis.status === 'ready' && connectIdle(node)))
  return redis
}

function connectIdle(node: Redis): void {
  // It says itself, by its error event, why it failed; and it tries again.
  if (node.status === 'wait' && !node.options.readOnly) node.connect().catch(() => undefined)
}

/**
 * In the place of ioredis's own `commandTimeout`, whose timer is heard before an answer that came while the process was
 * busy. `sendCommand` is the one door that all commands go through.
 */
function boundCommands<Handle extends Redis | Cluster>(redis: Handle): Handle {
  const send: (command: Command, ...where: never[]) => unknown = redis.sendCommand.bind(redis)
  redis.sendCommand = (command: Command, ...where: never[]) => {
    const answered = send(command, ...where)
    if (command.isSettled) return answered
    const cancel = startDeadline(commandMs, () => command.reject(new Error('Command timed out')))
    command.promise.then(cancel, cancel)
    return answered
  }
  return redis
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
 * Whether commands can be sent, waiting for that only while a new process makes its very first connections, at most
 * `milliseconds`. With Redis away it answers at once: whoever asks then goes on without it. A cluster is ready when those
 * of its nodes are that take commands.
 */
export async function waitUntilReady(redis: Redis | Cluster, milliseconds: number): Promise<boolean> {
  const startedAt = performance.now()
  if (!(await waitForConnection(redis, milliseconds))) return false
  // Not by its class: a process has as many of those as Next has made bundles.
  if (!('nodes' in redis)) return true
  const leftMs = Math.max(0, milliseconds - (performance.now() - startedAt))
  const ready = await Promise.all(redis.nodes('master').map((node) => waitForConnection(node, leftMs)))
  return ready.every(Boolean)
}

function waitForConnection(redis: Redis | Cluster, milliseconds: number): Promise<boolean> | boolean {
  if (redis.status === 'ready') return true
  if (!isConnectingFirst(redis)) return false
  return new Promise((resolve) => {
    const settle = () => {
      cancel()
      for (const event of outcomes) redis.off(event, settle)
      resolve(redis.status === 'ready')
    }
    const cancel = startDeadline(milliseconds, settle)
    for (const event of outcomes) redis.once(event, settle)
  })
}

const outcomes = Object.freeze(['ready', 'error', 'close', 'end'] as const)

/** ioredis counts attempts that failed since it was last ready; it has no public word for that. A test holds it to it. */
function isConnectingFirst(redis: Redis | Cluster): boolean {
  return /^(wait|connecting|connect)$/.test(redis.status) && Reflect.get(redis, 'retryAttempts') === 0
}
