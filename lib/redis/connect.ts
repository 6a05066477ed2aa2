import { Cluster, type Command, Redis, type RedisOptions } from 'ioredis'
import { startDeadline } from '@/lib/deadline'
import { describeError, type Log } from '@/lib/log'

/** A connection to Redis, or null if the operator has configured none. All data in Redis may vanish at any moment. */
export type RedisHandle = Redis | Cluster | null

/** `urls`: redis:// or rediss://. A cluster is discovered from any of its nodes; a single server has one URL. */
type RedisAddress = { urls: readonly [string, ...string[]]; cluster: boolean }

/**
 * Limits the time for which a request waits for Redis: 300 ms to connect, 100 ms for a command (`commandTimeoutMs`),
 * no queue while Redis is unavailable, and no command is sent twice. A connection on which a command has no response
 * for one second is treated as dead. Otherwise commands would fail until TCP detects that the server has
 * disappeared, which takes many minutes.
 */
const connectionOptions = Object.freeze({
  connectTimeout: 300,
  socketTimeout: 1_000,
  // A server that did not complete the handshake will not close the connection in an orderly way either.
  disconnectTimeout: 100,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  keepAlive: 30_000,
  // After a failover the old primary is a read-only replica, and its host name may now resolve to the new primary.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
}) satisfies RedisOptions

const commandTimeoutMs = 100

/**
 * Returns the milliseconds before the next attempt to connect. The cap determines how soon the cache
 * works again after Redis is back.
 */
const retryDelayMs = (times: number) => Math.min(50 * times, 1_000)

const warnEveryMs = 60_000

/** Starts to connect and returns at once. The connection retries for as long as the process lives. */
export function connectRedis({ urls, cluster }: RedisAddress, log: Pick<Log, 'warn'>): Redis | Cluster {
  const redis = limitCommandTime(cluster ? connectCluster(urls) : connectServer(urls[0]))
  const warn = throttledWarning(log)
  redis.on('error', warn)
  redis.on('trouble', warn)
  return redis
}

const connectServer = (url: string) =>
  new Redis(url, { ...connectionOptions, enableOfflineQueue: false, retryStrategy: retryDelayMs })

function connectCluster(urls: readonly [string, ...string[]]): Cluster {
  const { username, password, protocol } = new URL(urls[0])
  const credentials = {
    // Nodes that the cluster announces come without credentials.
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  }
  const redis = new Cluster([...urls], {
    redisOptions: { ...connectionOptions, ...credentials },
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelayMs,
    clusterNodeRetryStrategy: retryDelayMs,
    slotsRefreshTimeout: connectionOptions.connectTimeout,
    // One redirection is needed to learn that a slot was moved. More would only prolong the wait.
    maxRedirections: 2,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
  })
  // By default ioredis connects to a node when the first command for it is sent, and rejects the commands that follow
  // before the node is ready. Therefore all primaries are connected in advance. This must not begin before `ready`,
  // because ioredis rejects even its own check of the cluster on a node that is connecting. A new node is connected
  // after the current tick, because a command that was just redirected may be the first one for it.
  redis.on('ready', () => redis.nodes('master').forEach(connectIdle))
  redis.on('+node', (node: Redis) => queueMicrotask(() => redis.status === 'ready' && connectIdle(node)))
  return redis
}

function connectIdle(node: Redis): void {
  // The error event of the node reports the failure, and ioredis retries.
  if (node.status === 'wait' && !node.options.readOnly) node.connect().catch(() => undefined)
}

/**
 * Replaces the `commandTimeout` of ioredis, whose timer fires before a response is read that arrived while the
 * process was busy. All commands pass through `sendCommand`.
 */
function limitCommandTime<Handle extends Redis | Cluster>(redis: Handle): Handle {
  const send: (command: Command, ...where: never[]) => unknown = redis.sendCommand.bind(redis)
  redis.sendCommand = (command: Command, ...where: never[]) => {
    const response = send(command, ...where)
    if (command.isSettled) return response
    const cancel = startDeadline(commandTimeoutMs, () => command.reject(new Error('Command timed out')))
    command.promise.then(cancel, cancel)
    return response
  }
  return redis
}

/** Logs at most one problem a minute. Otherwise an outage would log a line for each request. */
function throttledWarning(log: Pick<Log, 'warn'>): (error: unknown) => void {
  let warnedAt = Number.NEGATIVE_INFINITY
  return (error) => {
    if (performance.now() - warnedAt < warnEveryMs) return
    warnedAt = performance.now()
    log.warn('redis trouble', { error: describeError(error) })
  }
}

/**
 * Reports a failed command. It is logged like an error of the connection, so that a full or frozen Redis logs one
 * warning a minute instead of one for each request.
 */
export function reportTrouble(redis: Redis | Cluster, error: unknown): void {
  redis.emit('trouble', error)
}

/**
 * Returns whether commands can be sent. Waits only while a new process connects for the first time, and for
 * `milliseconds` at most. If Redis is unavailable it returns false at once, so that the caller can continue without
 * it. A cluster is ready when all of its primaries are.
 */
export async function waitUntilReady(redis: Redis | Cluster, milliseconds: number): Promise<boolean> {
  const startedAt = performance.now()
  if (!(await waitForConnection(redis, milliseconds))) return false
  // Checked by a property, because each bundle of Next has its own copy of the class.
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

/**
 * Whether the first attempts to connect are still running. ioredis has no public property for the number of failed
 * attempts since it was last ready; a test fails if the private one changes.
 */
function isConnectingFirst(redis: Redis | Cluster): boolean {
  return /^(wait|connecting|connect)$/.test(redis.status) && Reflect.get(redis, 'retryAttempts') === 0
}
