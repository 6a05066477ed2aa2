import { expect, test } from 'vitest'
import { withTimeout } from '@/lib/redis/run-script'
import { testRedis } from '@/tests/services/test-redis'
import { newLog, startLogProcess } from '@/tests/stream/log-process'
import { signalChannel } from './event-log'
import { onSignal, sendSignal } from './signal'

const { redis, url } = await testRedis()
const subscribed = () => redis.pubsub('CHANNELS', 'gf:*')

test('a writer hears what another process wants, at once and for its own run only', async () => {
  const [one, other] = [await startLogProcess(url), await startLogProcess(url)]
  const log = newLog()
  const heard: string[] = []
  const leave = onSignal(one.subscriber, log, (signal) => heard.push(signal))
  await expect.poll(subscribed).toEqual([signalChannel(log)])
  expect(await sendSignal(other.redis, { ...log, fence: 8 }, 'stop')).toBe(true)
  await redis.publish(signalChannel(log), 'dance')
  expect(heard).toEqual([])
  const sending = sendSignal(other.redis, log, 'stop')
  await withTimeout(900, expect.poll(() => heard, { interval: 1 }).toEqual(['stop']))
  expect(await sending).toBe(true)
  leave()
  expect(one.subscriber.listeners()).toBe(0)
  await expect.poll(subscribed).toEqual([])
})

test('it hears again after its connection broke', async () => {
  const process = await startLogProcess(url)
  const log = newLog()
  const heard: string[] = []
  const leave = onSignal(process.subscriber, log, (signal) => heard.push(signal))
  await expect.poll(subscribed).toHaveLength(1)
  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await expect.poll(subscribed, { timeout: 5_000 }).toEqual([signalChannel(log)])
  await sendSignal(process.redis, log, 'stop')
  await expect.poll(() => heard).toEqual(['stop'])
  leave()
})

test('two who listen to one channel leave one by one', async () => {
  const process = await startLogProcess(url)
  const log = newLog()
  const heard: string[] = []
  const [first, second] = ['first', 'second'].map((name) => onSignal(process.subscriber, log, () => heard.push(name)))
  await expect.poll(subscribed).toHaveLength(1)
  first?.()
  first?.()
  await sendSignal(process.redis, log, 'stop')
  await expect.poll(() => heard).toEqual(['second'])
  second?.()
  await expect.poll(subscribed).toEqual([])
})

test('without Redis nothing is sent and nothing heard', async () => {
  expect(await sendSignal(null, newLog(), 'stop')).toBe(false)
  onSignal(null, newLog(), () => undefined)()
})
