/** Many clients send to one conversation. Its messages must have one order, which Postgres determines. */
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendUntilSettled } from '@/tests/chaos/send-until-settled'
import { personAt, signUp, userMessage } from '@/tests/integration/chat-client'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'

const clients = 20
const sendsEach = 2

let goldfish: Goldfish
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 3 })
})
afterAll(() => goldfish?.stop())

type Row = { id: string; seq: number; role: string; turnId: string; parentId: string | null; status: string }

test('turns of twenty concurrent clients get one strict order in a conversation, on all instances and after a restart', async () => {
  const ada = await signUp(goldfish.url)
  const conversationId = v7()
  const settled = await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const person = personAt(goldfish.instances[client % 3]?.url ?? '', ada, goldfish.url)
      const turns = []
      for (let turn = 0; turn < sendsEach; turn++) {
        const message = userMessage(`Client ${client} sends ${turn}`)
        turns.push(await sendUntilSettled(person, { conversationId, message, turnId: message.id }))
      }
      return turns
    }),
  )
  const turns = clients * sendsEach
  expect(settled.flat().map(({ status }) => status)).toEqual(Array.from({ length: turns }, () => 'complete'))

  const rows = await goldfish.sql<Row>(
    `select id, seq, role, turn_id as "turnId", parent_id as "parentId", status from message order by seq`,
  )
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 2 * turns }, (_, index) => index + 1))
  expect(rows.map(({ role }) => role)).toEqual(
    Array.from({ length: 2 * turns }, (_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
  )
  // The two messages of a turn are adjacent, and each message follows the one before it, so no turns ran in parallel.
  expect(rows.map(({ parentId }) => parentId)).toEqual([null, ...rows.slice(0, -1).map(({ id }) => id)])
  for (let index = 0; index < rows.length; index += 2) expect(rows[index]?.turnId).toBe(rows[index + 1]?.turnId)
  // Each turn must see exactly the turns before it, so the model calls have 2 messages, then 4, 6 and so on.
  const prompts = goldfish.stub.log().map(({ messages }) => messages.length)
  expect(prompts).toEqual(Array.from({ length: turns }, (_, index) => 2 * index + 2))

  const orderAt = async (url: string) => {
    const messages = await personAt(url, ada, goldfish.url).messages(conversationId)
    return messages.map(({ id, seq }) => ({ id, seq })).toReversed()
  }
  const order = rows.map(({ id, seq }) => ({ id, seq }))
  for (const { url } of goldfish.instances) expect(await orderAt(url)).toEqual(order)
  await Promise.all(goldfish.instances.map((instance) => instance.restart()))
  for (const { url } of goldfish.instances) expect(await orderAt(url)).toEqual(order)
})
