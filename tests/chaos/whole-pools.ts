import type { ExpectStatic } from 'vitest'
import { type Person, personAt } from '@/tests/integration/chat-client'
import type { Goldfish } from '@/tests/services/goldfish'

/** The default maximum number of connections of a process. */
const poolMax = 10
const polling = { timeout: 5_000, interval: 100 }

// Concurrent tests have their own `expect`, so these functions get it as an argument.

/** Expects that every process responds again within five seconds. */
export async function expectBackSoon(expect: ExpectStatic, { instances, url }: Goldfish, ada: Person): Promise<void> {
  const statusAt = (at: string) => async () => (await personAt(at, ada, url).fetch('/api/conversations')).status
  await Promise.all(instances.map((instance) => expect.poll(statusAt(instance.url), polling).toBe(200)))
}

/** Expects that no connection was lost: each process can use its whole pool at once, and leaves no transaction open. */
export async function expectWholePools(expect: ExpectStatic, goldfish: Goldfish, ada: Person): Promise<void> {
  const readAtOnce = async () => {
    const reads = goldfish.instances.flatMap(({ url }) =>
      Array.from({ length: 2 * poolMax }, () => personAt(url, ada, goldfish.url).fetch('/api/preferences')),
    )
    return [...new Set((await Promise.all(reads)).map(({ status }) => status))]
  }
  // Thirty new connections at once may take longer than a request waits for one, so this is
  // repeated. A lost connection would never return.
  await expect.poll(readAtOnce, polling).toEqual([200])
  const states = () =>
    goldfish.sql<{ state: string; count: number }>(`select state, count(*)::int from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() group by state`)
  await expect.poll(async () => (await states()).map(({ state }) => state), polling).toEqual(['idle'])
  // The query itself uses one more connection.
  expect((await states())[0]?.count).toBeLessThanOrEqual(goldfish.instances.length * poolMax + 1)
}
