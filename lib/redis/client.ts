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

/** The process's one connection to Redis for commands; null where the operator gave no REDIS_URL. */
export const redis = () => connections().redis

/** The one that hears channels for everybody in the process. It connects when somebody first listens. */
export const subscriber = () => connections().subscriber
