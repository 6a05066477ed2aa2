import { expect, onTestFinished, test } from 'vitest'
import { connectRedis } from '@/lib/redis/connect'
import { connectSubscriber } from '@/lib/redis/connect-subscriber'
import { withTimeout } from '@/lib/redis/run-script'
import { startRedisCluster } from '@/tests/services/redis-cluster'
import { keys, newLog, readAll, startReader } from '@/tests/stream/log-process'
import { openEventWriter } from './open-event-writer'
import { onSignal, sendSignal } from './signal'

async function startClusterProcess(urls: [string, ...string[]]) {
  const redis = connectRedis({ urls, cluster: true }, { warn: () => undefined })
  const subscriber = connectSubscriber(redis)
  if (subscriber === null) throw new Error('expected a subscriber')
  onTestFinished(() => {
    subscriber.close()
    redis.disconnect()
  })
  await expect.poll(() => redis.status, { timeout: 5_000 }).toBe('ready')
  return { redis, subscriber, keys }
}

test('logs on every node of a cluster can be written, followed and signaled', async () => {
  const { urls, nodes, stop } = await startRedisCluster()
  onTestFinished(stop)
  const [one, other] = [await startClusterProcess(urls), await startClusterProcess(urls)]
  const runs = Array.from({ length: 20 }, () => {
    const log = newLog()
    const received: string[] = []
    onSignal(one.subscriber, log, (signal) => received.push(signal))
    return { log, received, writer: openEventWriter(one.redis, keys, log) }
  })
  for (const { writer } of runs) writer.write('a')
  const readers = runs.map(({ log }) => startReader(other, log))
  await expect.poll(() => readers.every(({ events }) => events.length === 1), { timeout: 5_000 }).toBe(true)
  // Each log is stored on one node, but the subscriber receives its messages through whichever
  // node it is connected to.
  const channels = async () => (await Promise.all(nodes.map((node) => node.pubsub('CHANNELS', 'gf:*')))).flat().length
  await expect.poll(channels, { timeout: 10_000 }).toBe(40)
  const sizes = await Promise.all(nodes.map((node) => node.dbsize()))
  expect(Math.min(...sizes)).toBeGreaterThan(0)

  for (const { writer } of runs) writer.write('b')
  await withTimeout(
    900,
    expect.poll(() => readers.every(({ events }) => events.length === 2), { interval: 5 }).toBe(true),
  )

  for (const { log } of runs) await sendSignal(other.redis, log, 'stop')
  await expect.poll(() => runs.every(({ received }) => received.includes('stop'))).toBe(true)

  expect(await Promise.all(runs.map(({ writer }) => writer.end(['c'])))).not.toContain(false)
  await Promise.all(readers.map(({ done }) => done))
  for (const reader of readers) expect(reader).toMatchObject({ events: ['a', 'b', 'c'], last: 'end' })
  for (const { log } of runs)
    expect(await readAll(other, log, { after: '7-2' })).toMatchObject({ events: ['c'], last: 'end' })
  expect(other.subscriber.listeners()).toBe(0)
}, 60_000)
