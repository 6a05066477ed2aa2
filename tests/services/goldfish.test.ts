/** Proves that the test harness starts real processes, lets tests break connections, and cleans up. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGoldfish } from './goldfish'

let goldfish: Awaited<ReturnType<typeof start>>
const start = () => startGoldfish({ instances: 2, throughProxies: { delayMs: 20 } })
const ready = async (url: string) => (await fetch(`${url}/api/health/ready`)).status

beforeAll(async () => {
  goldfish = await start()
})
afterAll(() => goldfish?.stop())

test('two processes answer both directly and through the balancer', async () => {
  const stateAt = async (url: string) => (await fetch(`${url}/api/health/ready`)).json()
  for (const { url } of [...goldfish.instances, goldfish])
    await expect.poll(() => stateAt(url)).toEqual({ status: 'ok', postgres: 'ok', redis: 'ok' })
  expect(new Set(goldfish.instances.map(({ pid }) => pid)).size).toBe(2)
})

test('records the round trips of a request', async () => {
  const { trips } = goldfish.proxies
  const tripsOfOne = async () => {
    const from = trips.now()
    await ready(goldfish.url)
    return trips.between(from, trips.now())
  }
  // A sweep of an instance may add a trip now and then, but a wrong record would be wrong in every attempt.
  await expect.poll(tripsOfOne).toMatchObject({ sequential: 1, postgres: 1, redis: 1 })
})

test('a killed process no longer answers and can be restarted at the same address', async () => {
  const [victim, other] = goldfish.instances
  if (!victim || !other) throw new Error('expected two instances')
  const before = victim.pid
  await victim.kill()
  expect(victim.isRunning).toBe(false)
  await expect(ready(victim.url)).rejects.toThrow()
  expect([await ready(goldfish.url), await ready(goldfish.url)]).toEqual([200, 200])
  await victim.restart()
  await expect.poll(() => ready(victim.url)).toBe(200)
  expect(victim.pid).not.toBe(before)
})

test('faults of the proxies reach the app', async () => {
  await goldfish.proxies.postgres.refuse()
  expect(await ready(goldfish.url)).toBe(503)
  await goldfish.proxies.postgres.restore()
  await expect.poll(() => ready(goldfish.url)).toBe(200)
})

test("rejects with the app's error message if the environment is invalid", async () => {
  const started = startGoldfish({ instances: 1, env: { BETTER_AUTH_SECRET: 'short' } })
  await expect(started).rejects.toThrow(/BETTER_AUTH_SECRET/)
})
