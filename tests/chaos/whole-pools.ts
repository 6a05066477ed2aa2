import type { ExpectStatic } from 'vitest'
import { type Person, personAt } from '@/tests/integration/chat-client'
import type { Goldfish } from '@/tests/services/goldfish'

/** What a process may have open at most, if nobody says otherwise. */
const poolMax = 10
const patience = { timeout: 5_000, interval: 100 }

/*
 * `expect` is that of the test: one that runs beside another has its own.
 */

/** Every process answers again within five seconds, all of them asked ten times a second. */
export async function expectBackSoon(expect: ExpectStatic, { instances, url }: Goldfish, ada: Person): Promise<void> {
  const statusAt = (at: string) => async () => (await personAt(at, ada, url).fetch('/api/conversations')).status
  await Promise.all(instances.map((instance) => expect.poll(statusAt(instance.url), patience).toBe(200)))
}

/** No connection is kept from the others: every process can use as many as it may have, and leaves none half-way. */
export async function expectWholePools(expect: ExpectStatic, goldfish: Goldfish, ada: Person): Promise<void> {
  const readAtOnce = async () => {
    const reads = goldfish.instances.flatMap(({ url }) =>
      Array.from({ length: 2 * poolMax }, () => personAt(url, ada, goldfish.url).fetch('/api/preferences')),
    )
    return [...new Set((await Promise.all(reads)).map(({ status }) => status))]
  }
  // Connections opened thirty at a time may take longer than a request waits for one. One that is lost never comes back.
  await expect.poll(readAtOnce, patience).toEqual([200])
  const states = () =>
    goldfish.sql<{ state: string; count: number }>(`select state, count(*)::int from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() group by state`)
  await expect.poll(async () => (await states()).map(({ state }) => state), patience).toEqual(['idle'])
  // And one of the checker's own.
  expect((await states())[0]?.count).toBeLessThanOrEqual(goldfish.instances.length * poolMax + 1)
}
