import { expect, test } from 'vitest'
import { withTimeout } from '@/lib/redis/run-script'
import { testRedis } from '@/tests/services/test-redis'
import { newLog, startLogProcess } from '@/tests/stream/log-process'
import { signalChannel } from './event-log'
import { onSignal, sendSignal } from './signal'

const { redis, url } = await testRedis()
const subscribed = () => redis.pubsub('CHANNELS', 'gf:*')

test('onSignal receives signals of other processes immediately, and only for its own run', async () => {
  const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
  const log = newLog()
  const received: string[] = []
  const unsubscribe = onSignal(one.subscriber, log, (signal) => received.push(signal))
  await expect.poll(subscribed).toEqual([signalChannel(log)])
  expect(await sendSignal(other.redis, { ...log, fence: 8 }, 'stop')).toBe(true)
  await redis.publish(signalChannel(log), 'dance')
  expect(received).toEqual([])
  const sending = sendSignal(other.redis, log, 'stop')
  await withTimeout(900, expect.poll(() => received, { interval: 1 }).toEqual(['stop']))
  expect(await sending).toBe(true)
  unsubscribe()
  expect(one.subscriber.listeners()).toBe(0)
  await expect.poll(subscribed).toEqual([])
})

test('onSignal receives signals again after its connection was lost', async () => {
  const process = await startLogProcess(url)
  const log = newLog()
  const received: string[] = []
  const unsubscribe = onSignal(process.subscriber, log, (signal) => received.push(signal))
  await expect.poll(subscribed).toHaveLength(1)
  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await expect.poll(subscribed, { timeout: 5_000 }).toEqual([signalChannel(log)])
  await sendSignal(process.redis, log, 'stop')
  await expect.poll(() => received).toEqual(['stop'])
  unsubscribe()
})

test('two listeners of one channel unsubscribe independently', async () => {
  const process = await startLogProcess(url)
  const log = newLog()
  const received: string[] = []
  const [first, second] = ['first', 'second'].map((name) =>
    onSignal(process.subscriber, log, () => received.push(name)),
  )
  await expect.poll(subscribed).toHaveLength(1)
  first?.()
  first?.()
  await sendSignal(process.redis, log, 'stop')
  await expect.poll(() => received).toEqual(['second'])
  second?.()
  await expect.poll(subscribed).toEqual([])
})

test('sendSignal and onSignal do nothing without Redis', async () => {
  expect(await sendSignal(null, newLog(), 'stop')).toBe(false)
  onSignal(null, newLog(), () => undefined)()
})
