/**
 * Listens to the channels of Redis over one connection for the whole process.
 *
 * It uses channels instead of a blocking XREAD over all streams. A blocking read would have to be interrupted
 * whenever a reader joins or leaves, and in a cluster the streams are on several nodes, whereas a published message
 * reaches every node. A message only wakes its listeners and contains no data that they need. A lost message
 * therefore only delays a listener until its next poll, and no listener may rely on receiving one.
 */
import type { Cluster, Redis } from 'ioredis'
import { type RedisHandle, reportTrouble } from './connect'

/** Receives a message of a channel. `null` means that messages may have been missed. */
type ChannelListener = (message: string | null) => void

export type Subscriber = {
  /** Calls `listener` with each message of a channel until the returned function is called. */
  listen: (channel: string, listener: ChannelListener) => () => void
  /** Returns the number of listeners. They are the only state of the subscriber, and each ends with its reader. */
  listeners: () => number
  close: () => void
}

/**
 * How often all channels are subscribed again. This restores a subscription that was lost without an error. A
 * connection on which it gets no response is treated as dead and replaced.
 */
const renewEveryMs = 5_000

/** Returns a subscriber that connects when the first listener is added, or null without Redis. */
export function connectSubscriber(redis: RedisHandle): Subscriber | null {
  if (redis === null) return null
  const connection = subscribingConnection(redis)
  const channels = new Map<string, Set<ChannelListener>>()
  let renewal: NodeJS.Timeout | undefined

  const notify = (channel: string, message: string | null) => {
    for (const listener of channels.get(channel) ?? []) listener(message)
  }
  const notifyAll = (names: Iterable<string>) => {
    for (const name of names) notify(name, null)
  }
  const subscribe = async (names: readonly string[]) => {
    if (names.length === 0) return
    try {
      await connection.subscribe(...names)
      // Messages from before the subscription are lost, so the listeners must poll.
      notifyAll(names)
    } catch {
      // Not connected. `ready` or the next renewal will subscribe again, and until then the listeners poll.
    }
  }
  const subscribeAll = () => void subscribe([...channels.keys()])
  // A listener that polls now finds out at once that Redis is unavailable.
  const onClose = () => notifyAll(channels.keys())

  const removeListener = (channel: string, listener: ChannelListener) => {
    const listeners = channels.get(channel)
    if (!listeners?.delete(listener) || listeners.size > 0) return
    channels.delete(channel)
    connection.unsubscribe(channel).catch(() => undefined)
    if (channels.size === 0) clearInterval(renewal)
  }

  connection.on('message', notify)
  connection.on('ready', subscribeAll)
  connection.on('close', onClose)

  return {
    listen: (channel, listener) => {
      const listeners = channels.get(channel)
      if (listeners) {
        listeners.add(listener)
      } else {
        if (channels.size === 0) renewal = setInterval(subscribeAll, renewEveryMs).unref()
        channels.set(channel, new Set([listener]))
        void subscribe([channel])
      }
      return () => removeListener(channel, listener)
    },
    listeners: () => [...channels.values()].reduce((total, { size }) => total + size, 0),
    close: () => {
      clearInterval(renewal)
      channels.clear()
      connection.off('message', notify)
      connection.off('ready', subscribeAll)
      connection.off('close', onClose)
      if (connection !== redis) connection.disconnect()
    },
  }
}

/**
 * Returns the connection for subscriptions. A cluster client has one of its own. For a single server, a second
 * connection is opened. Its timeouts are longer than those of commands, because no request waits for it, and they run
 * only while a subscription is unanswered.
 */
function subscribingConnection(redis: Redis | Cluster): Redis | Cluster {
  // Checked by a property, because each bundle of Next has its own copy of the class.
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
