/** Two concurrent sends with the same id exceed the rate limit. Neither becomes a turn, and both must be refused. */
import { Client } from 'pg'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { personAt, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, type Proxies, startGoldfish } from '@/tests/services/goldfish'

const limits = { chat: '1/400000000' }

let goldfish: Goldfish & { proxies: Proxies }
beforeAll(async () => {
  const env = { RATE_LIMITS: JSON.stringify(limits) }
  goldfish = await startGoldfish({ instances: 2, throughProxies: true, env })
})
afterAll(() => goldfish?.stop())

test('refuses two concurrent sends with the same id over the limit, and stores neither', async () => {
  const { proxies, databaseUrl } = goldfish
  // Without Redis the limits are counted in Postgres, where the test can block them with a lock.
  await proxies.redis.refuse()
  const ada = await signUp(goldfish.url)
  expect((await ada.send({ conversationId: v7() }, 'The only one')).status).toBe(200)
  const on = (place: number) => personAt(goldfish.instances[place]?.url ?? '', ada, goldfish.url)
  const conversationId = v7()
  const request = { conversationId, message: userMessage('One too many') }
  const rows = () => goldfish.sql('select 1 from message where conversation_id = $1', [conversationId])
  const holder = new Client({ connectionString: databaseUrl })
  await holder.connect()
  onTestFinished(() => holder.end())
  await holder.query('begin; lock table rate_limit in share mode')
  // The rows of the first turn exist while its rate limit is still being checked. The second send must then find them.
  const first = on(0).send(request)
  await expect.poll(rows, { interval: 10 }).toHaveLength(2)
  const from = proxies.trips.now()
  const second = on(1).send(request)
  const looksUp = () => proxies.trips.between(from, proxies.trips.now()).list.flatMap(({ requests }) => requests)
  await expect.poll(looksUp, { interval: 10 }).toContainEqual(expect.stringContaining('claim.turn_id'))
  await holder.query('rollback')
  const answers = await Promise.all([first, second])
  expect(answers.map(({ status }) => status)).toEqual([429, 429])
  expect(await rows()).toEqual([])
  expect(goldfish.stub.log()).toHaveLength(1)
})
