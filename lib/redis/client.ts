import { readEnvironment } from '@/lib/env'
import { createLog } from '@/lib/log'
import { processHandle } from '@/lib/process-handle'
import { connectRedis, type RedisHandle } from './connect'

/** The process's one connection to Redis; null where the operator gave no REDIS_URL. */
export const redis = processHandle<RedisHandle>('redis', () => {
  const { REDIS_URL: [url, ...more] = [], REDIS_CLUSTER: cluster, LOG_LEVEL } = readEnvironment()
  return url === undefined ? null : connectRedis({ urls: [url, ...more], cluster }, createLog(LOG_LEVEL))
})
