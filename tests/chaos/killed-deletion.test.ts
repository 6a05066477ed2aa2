/** A server that is killed while it deletes or erases a conversation must leave either all of it or nothing. */
import { Client } from 'pg'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, personAt, signUp } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

const turns = 4
const whole = { conversations: 1, messages: 2 * turns }
const none = { conversations: 0, messages: 0 }

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3 })
  ada = await signUp(goldfish.url)
})
afterAll(() => goldfish?.stop())

async function startConversation(): Promise<string> {
  const conversationId = v7()
  for (let turn = 0; turn < turns; turn++)
    expect((await ada.send({ conversationId }, `Question ${turn}`)).error).toBeNull()
  return conversationId
}

/** Holds a lock until the product waits for it, kills the waiting processes, and then releases the lock. */
async function killWhileWaitingFor(
  lock: string,
  conversationId: string,
  start: () => unknown,
  kill: () => Promise<unknown>,
) {
  const holder = new Client({ connectionString: goldfish.databaseUrl })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query(lock, [conversationId])
    start()
    const waiting = () =>
      goldfish.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    await expect.poll(waiting, { timeout: 10_000, interval: 20 }).not.toEqual([])
    await kill()
    // The rows that are visible now are those that were committed when the process was killed.
    expect(await countRows(conversationId)).toEqual(whole)
    await holder.query('rollback')
    await expect.poll(waiting, { timeout: 10_000, interval: 20 }).toEqual([])
  } finally {
    await holder.end()
  }
}

/**
 * Counts the rows of a conversation. Usage rows are not counted, because they are kept on purpose and contain no text.
 */
const countRows = async (conversationId: string) => {
  const [counts] = await goldfish.sql<{ conversations: number; messages: number }>(
    `select (select count(*)::int from conversation where id = $1) as conversations,
      (select count(*)::int from message where conversation_id = $1) as messages`,
    [conversationId],
  )
  return counts
}
const orphans = () =>
  goldfish.sql(`select id from message m where not exists
    (select 1 from conversation c where c.user_id = m.user_id and c.id = m.conversation_id)`)
const everywhere = (path: string) =>
  Promise.all(goldfish.instances.map(async ({ url }) => (await personAt(url, ada, goldfish.url).fetch(path)).status))

test('after a process was killed inside a deletion, all instances show the same state and the deletion can be repeated', async () => {
  const conversationId = await startConversation()
  const path = `/api/conversations/${conversationId}`
  const [first] = goldfish.instances
  if (!first) throw new Error('no instance')
  await killWhileWaitingFor(
    'select 1 from conversation where id = $1 for update',
    conversationId,
    () =>
      personAt(first.url, ada, goldfish.url)
        .fetch(path, { method: 'DELETE' })
        .catch(() => undefined),
    first.kill,
  )
  await first.restart()
  const [status, ...others] = await everywhere(path)
  expect([200, 404]).toContain(status)
  expect(others).toEqual([status, status])
  expect(await everywhere(`${path}/messages`)).toEqual([status, status, status])
  expect(await countRows(conversationId)).toEqual(whole)

  expect((await ada.fetch(path, { method: 'DELETE' })).status).toBe(status === 200 ? 204 : 404)
  expect(await everywhere(path)).toEqual([404, 404, 404])
  expect((await ada.fetch(`${path}/restore`, { method: 'POST' })).status).toBe(204)
  expect(await ada.messages(conversationId)).toHaveLength(2 * turns)
})

test('after all processes were killed inside an erasure, no rows are orphaned and a restarted process completes it', async () => {
  const conversationId = await startConversation()
  const path = `/api/conversations/${conversationId}`
  expect((await ada.fetch(path, { method: 'DELETE' })).status).toBe(204)
  await killWhileWaitingFor(
    // Locks the last message, so that the erasure has already processed all others when it waits.
    'select 1 from message where conversation_id = $1 order by seq desc limit 1 for update',
    conversationId,
    () =>
      goldfish.sql(`update conversation set deleted_at = now() - interval '31 seconds' where id = $1`, [
        conversationId,
      ]),
    () => Promise.all(goldfish.instances.map((instance) => instance.kill())),
  )
  expect([whole, none]).toContainEqual(await countRows(conversationId))
  expect(await orphans()).toEqual([])
  await Promise.all(goldfish.instances.map((instance) => instance.restart()))
  await expect.poll(() => countRows(conversationId), { timeout: 15_000 }).toEqual(none)
  expect(await orphans()).toEqual([])
  expect(await everywhere(path)).toEqual([404, 404, 404])
})
