import { readEnvironment } from '@/lib/env'
import { createLog } from '@/lib/log'
import { processHandle } from '@/lib/process-handle'
import { connectRedis, type RedisHandle } from './connect'
import { connectSubscriber, type Subscriber } from './connect-subscriber'

const connections = processHandle<{ redis: RedisHandle; subscriber: Subscriber | null }>('redis', () => {
  const { REDIS_URL: [url, ...more] = [], REDIS_CLUSTER: cluster, LOG_LEVEL } = readEnvironment()
  const redis = url === undefined ? null : connectRedis({ urls: [url, ...more], cluster }, createLog(LOG_LEVEL))
  return { redis, subscriber: connectSubscriber(redis) }
})

/** Returns the connection of this process for commands, or null if REDIS_URL is not set. */
export const redis = () => connections().redis

/** Returns the connection of this process for channels. It connects when the first listener is added. */
export const subscriber = () => connections().subscriber
