/**
 * One connection of this process that hears the channels of Redis for everybody in it.
 *
 * Channels, and not a blocking XREAD over all streams: a blocking read must be broken off for every reader that comes or
 * goes, and in a cluster the streams lie on several nodes, while a message reaches every node. A message only wakes and
 * carries nothing that counts, so a lost one delays its hearer until it looks by itself; nobody may rely on hearing.
 */
import type { Cluster, Redis } from 'ioredis'
import { type RedisHandle, reportTrouble } from './connect'

/** `null` in place of a message: there may have been some that were not heard. */
export type Hear = (message: string | null) => void

export type Subscriber = {
  /** Calls `hear` with each message of a channel until the function that this returns is called. */
  listen: (channel: string, hear: Hear) => () => void
  /** How many are listening now. They are the state of the connection: each goes with its reader. */
  listeners: () => number
  close: () => void
}

/**
 * How often every channel is asked for again. It heals a subscription that was lost unnoticed, and a connection on which
 * it is not answered is taken for dead and made anew.
 */
const renewEveryMs = 5_000

/** Connects when the first listener comes. Null where there is no Redis. */
export function connectSubscriber(redis: RedisHandle): Subscriber | null {
  if (redis === null) return null
  const connection = subscribingConnection(redis)
  const channels = new Map<string, Set<Hear>>()
  let renewal: NodeJS.Timeout | undefined

  const tell = (channel: string, message: string | null) => {
    for (const hear of channels.get(channel) ?? []) hear(message)
  }
  const tellAll = (names: Iterable<string>) => {
    for (const name of names) tell(name, null)
  }
  const subscribe = async (names: readonly string[]) => {
    if (names.length === 0) return
    try {
      await connection.subscribe(...names)
      // What was said before is lost to us: look.
      tellAll(names)
    } catch {
      // Not connected: `ready` or the next renewal asks again, and until then the hearers look by themselves.
    }
  }
  const subscribeAll = () => void subscribe([...channels.keys()])
  // Whoever looks now learns at once whether Redis is away.
  const onClose = () => tellAll(channels.keys())

  const leave = (channel: string, hear: Hear) => {
    const hearers = channels.get(channel)
    if (!hearers?.delete(hear) || hearers.size > 0) return
    channels.delete(channel)
    connection.unsubscribe(channel).catch(() => undefined)
    if (channels.size === 0) clearInterval(renewal)
  }

  connection.on('message', tell)
  connection.on('ready', subscribeAll)
  connection.on('close', onClose)

  return {
    listen: (channel, hear) => {
      const hearers = channels.get(channel)
      if (hearers) {
        hearers.add(hear)
      } else {
        if (channels.size === 0) renewal = setInterval(subscribeAll, renewEveryMs).unref()
        channels.set(channel, new Set([hear]))
        void subscribe([channel])
      }
      return () => leave(channel, hear)
    },
    listeners: () => [...channels.values()].reduce((total, hearers) => total + hearers.size, 0),
    close: () => {
      clearInterval(renewal)
      channels.clear()
      connection.off('message', tell)
      connection.off('ready', subscribeAll)
      connection.off('close', onClose)
      if (connection !== redis) connection.disconnect()
    },
  }
}

/**
 * A client of a cluster keeps a connection for channels of its own. Beside a single server a second one is opened, with
 * more patience than commands have: nobody waits for it. Its two timeouts run only while a subscription is unanswered,
 * never while it listens.
 */
function subscribingConnection(redis: Redis | Cluster): Redis | Cluster {
  // Not by its class: a process has as many of those as Next has made bundles.
  if ('nodes' in redis) return redis
  const connection = redis.duplicate({
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResubscribe: false,
    commandTimeout: 2_000,
    socketTimeout: 3_000,
  })
  connection.on('error', (error) => reportTrouble(redis, error))
  return connection
}
