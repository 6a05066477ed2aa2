/** The harness starts the real thing, lets tests break it, and cleans up. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGoldfish } from './goldfish'

let goldfish: Awaited<ReturnType<typeof start>>
const start = () => startGoldfish({ instances: 2, throughProxies: { delayMs: 20 } })
const ready = async (url: string) => (await fetch(`${url}/api/health/ready`)).status

beforeAll(async () => {
  goldfish = await start()
})
afterAll(() => goldfish?.stop())

test('two processes answer, each by itself and behind the balancer', async () => {
  const stateAt = async (url: string) => (await fetch(`${url}/api/health/ready`)).json()
  for (const { url } of [...goldfish.instances, goldfish])
    await expect.poll(() => stateAt(url)).toEqual({ status: 'ok', postgres: 'ok', redis: 'ok' })
  expect(new Set(goldfish.instances.map(({ pid }) => pid)).size).toBe(2)
})

test('the trips of a request are on record', async () => {
  const { trips } = goldfish.proxies
  const tripsOfOne = async () => {
    const from = trips.now()
    await ready(goldfish.url)
    return trips.between(from, trips.now())
  }
  // Now and then an instance sweeps meanwhile; a record that is wrong is so every time.
  await expect.poll(tripsOfOne).toMatchObject({ sequential: 1, postgres: 1, redis: 1 })
})

test('a process that was killed is gone and comes back at its address', async () => {
  const [victim, other] = goldfish.instances
  if (!victim || !other) throw new Error('two were asked for')
  const before = victim.pid
  await victim.kill()
  expect(victim.isRunning).toBe(false)
  await expect(ready(victim.url)).rejects.toThrow()
  expect([await ready(goldfish.url), await ready(goldfish.url)]).toEqual([200, 200])
  await victim.restart()
  await expect.poll(() => ready(victim.url)).toBe(200)
  expect(victim.pid).not.toBe(before)
})

test('faults reach the app', async () => {
  await goldfish.proxies.postgres.refuse()
  expect(await ready(goldfish.url)).toBe(503)
  await goldfish.proxies.postgres.restore()
  await expect.poll(() => ready(goldfish.url)).toBe(200)
})

test('a wrong environment ends the start with what the app says', async () => {
  const started = startGoldfish({ instances: 1, env: { BETTER_AUTH_SECRET: 'short' } })
  await expect(started).rejects.toThrow(/BETTER_AUTH_SECRET/)
})
