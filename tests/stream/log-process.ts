import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, expect } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import { connectRedis } from '@/lib/redis/connect'
import { connectSubscriber } from '@/lib/redis/connect-subscriber'
import type { LogAddress } from '@/lib/stream/event-log'
import { type FollowOptions, followEvents } from '@/lib/stream/follow-events'
import { runningServices } from '@/tests/services/services'
import { startedRedis } from '@/tests/services/started-redis'

export const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })

/** Returns the address of a new, empty log. */
export const newLog = (): LogAddress => ({ userId: 'ada', scope: `ada:${randomUUID()}`, fence: 7 })

const toClose: (() => void)[] = []
afterEach(() => {
  for (const close of toClose.splice(0).reverse()) close()
})

/** Opens a connection and a subscriber of their own, like a process of the app. They are closed after each test. */
export async function startLogProcess(url: string) {
  const redis = connectRedis({ urls: [url], cluster: false }, { warn: () => undefined })
  const subscriber = connectSubscriber(redis)
  if (subscriber === null) throw new Error('expected a subscriber because Redis is configured')
  toClose.push(
    () => redis.disconnect(),
    () => subscriber.close(),
  )
  await expect.poll(() => redis.status).toBe('ready')
  return { redis, subscriber, keys }
}

/** Opens a client for inspecting a Redis server that may be busy. Unlike the app, it must wait without a timeout. */
export function inspectRedis(url: string): Redis {
  const redis = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  toClose.push(() => redis.disconnect())
  return redis
}

export type LogProcess = Awaited<ReturnType<typeof startLogProcess>>

/** Reads a log until it ends or is gone, and returns everything that the reader received. */
export async function readAll(process: LogProcess, log: LogAddress, options?: FollowOptions) {
  const reader = startReader(process, log, options)
  await reader.done
  return reader
}

/** Starts a reader whose received events can be inspected while it reads. */
export function startReader(process: LogProcess, log: LogAddress, options?: FollowOptions) {
  const events: string[] = []
  const ids: string[] = []
  const reader = { events, ids, idles: 0, last: null as 'end' | 'gone' | null, done: Promise.resolve() }
  const run = async () => {
    for await (const followed of followEvents(process, log, options)) {
      if (followed.type === 'events') {
        events.push(...followed.events)
        ids.push(followed.id)
      } else if (followed.type === 'idle') {
        reader.idles += 1
      } else {
        reader.last = followed.type
      }
    }
  }
  reader.done = run()
  return reader
}

/** Starts an empty Redis server on the port and with the password of a killed one. */
export async function restartRedis({ url, port }: { url: string; port: number }): Promise<void> {
  const { path, libraryPath } = runningServices().redisBinary
  const env = libraryPath ? { ...process.env, LD_LIBRARY_PATH: libraryPath } : process.env
  const password = decodeURIComponent(new URL(url).password)
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn(path, [...settings, '--requirepass', password], { env, stdio: 'ignore' })
  toClose.push(() => child.kill('SIGKILL'))
  const redis = await startedRedis(child, url)
  redis.disconnect()
}
